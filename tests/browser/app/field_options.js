// The options that every field has, and those that a kind of panel adds: what a dashboard writes
// under "fieldConfig" reaches a panel only where an option is registered for it.
import { booleanOverrideProcessor, dataLinksOverrideProcessor, displayNameOverrideProcessor,
  identityOverrideProcessor, numberOverrideProcessor, stringOverrideProcessor,
  thresholdsOverrideProcessor, unitOverrideProcessor, valueMappingsOverrideProcessor }
  from '@grafana/data';

function option(id, process, defaultValue) {
  return { id, path: id, name: id, description: '', process, shouldApply: () => true,
    settings: {}, editor: () => null, override: () => null, getItemsCount: () => 0,
    ...(defaultValue === undefined ? {} : { defaultValue }) };
}

const thresholds = {
  mode: 'absolute', steps: [{ value: -Infinity, color: 'green' }, { value: 80, color: 'red' }],
};

export function standardFieldOptions() {
  return [
    option('displayName', displayNameOverrideProcessor),
    option('description', stringOverrideProcessor),
    option('unit', unitOverrideProcessor),
    option('min', numberOverrideProcessor),
    option('max', numberOverrideProcessor),
    option('fieldMinMax', booleanOverrideProcessor),
    option('decimals', numberOverrideProcessor),
    option('noValue', stringOverrideProcessor),
    option('color', identityOverrideProcessor, { mode: 'thresholds' }),
    option('thresholds', thresholdsOverrideProcessor, thresholds),
    option('mappings', valueMappingsOverrideProcessor, []),
    option('links', dataLinksOverrideProcessor),
    option('actions', dataLinksOverrideProcessor),
    option('filterable', booleanOverrideProcessor),
  ];
}

// For PanelPlugin.useFieldConfig: how a kind of panel colours what has no colour of its own, and its
// custom options with their defaults.
export function fieldOptions(colorMode, defaults) {
  return {
    standardOptions: { color: { defaultValue: { mode: colorMode }, settings: { byValueSupport: true } } },
    useCustomConfig(builder) {
      for (const [path, defaultValue] of Object.entries(defaults)) {
        builder.addCustomEditor(option(path, identityOverrideProcessor, defaultValue));
      }
    },
  };
}
