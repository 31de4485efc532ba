// Stands in for a package that no panel of ours uses.
export default function Nothing() {
  return null;
}
export const loader = { config() {}, init: async () => ({}) };
