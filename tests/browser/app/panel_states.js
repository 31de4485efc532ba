// What the test asks the page: is it done, and what does each panel show?
import { LoadingState } from '@grafana/data';
import { VizPanel, sceneGraph } from '@grafana/scenes';

import { knownOptions } from './panel_plugins.jsx';

// Options and custom field options of a panel, as the dashboard writes them, that panels of its type
// do not know, and so ignore.
function unknownOptions({ type, title, options = {}, fieldConfig = {} }) {
  const known = knownOptions[type];
  if (!known) return [`panel "${title}": no panel of type ${type} here`];
  const root = (path) => path.split('.')[0];
  const { defaults = {}, overrides = [] } = fieldConfig;
  const custom = [
    ...Object.keys(defaults.custom ?? {}),
    ...overrides.flatMap(({ properties }) => properties.map(({ id }) => id))
      .filter((id) => id.startsWith('custom.')).map((id) => id.slice('custom.'.length)),
  ];
  return [
    ...Object.keys(options).filter((name) => !known.options.map(root).includes(name))
      .map((name) => `panel "${title}" (${type}) has an unknown option ${name}`),
    ...custom.filter((name) => !known.custom.map(root).includes(root(name)))
      .map((name) => `panel "${title}" (${type}) has an unknown field option custom.${name}`),
  ];
}

function loadingState(panel) {
  const provider = panel.state.$data;
  return provider ? provider.state.data?.state ?? LoadingState.NotStarted : LoadingState.Done;
}

function stateOf(panel) {
  const provider = panel.state.$data;
  const data = provider?.state.data;
  return {
    key: panel.state.key,
    title: sceneGraph.interpolate(panel, panel.state.title),
    type: panel.state.pluginId,
    state: loadingState(panel),
    errors: [...new Set([...(data?.errors ?? []), data?.error].filter(Boolean)
      .map((error) => error.message ?? String(error)))],
    pluginError: panel.state._pluginLoadError,
    asksNothing: !provider,
    frames: data?.series.map((frame) => ({ fields: frame.fields.length, rows: frame.length })) ?? [],
  };
}

export function watchScene(scene, dashboard) {
  window.unknownOptions = dashboard.panels.flatMap((one) => [one, ...(one.panels ?? [])])
    .filter(({ type }) => type !== 'row').flatMap(unknownOptions);
  const panels = () => sceneGraph.findAllObjects(scene, (one) => one instanceof VizPanel);
  window.panelStates = () => panels().map(stateOf);
  window.isDone = () =>
    panels().length > 0 &&
    panels().every((panel) => panel.isActive &&
      [LoadingState.Done, LoadingState.Error].includes(loadingState(panel))) &&
    window.queryLog.every(({ state }) => state !== 'running');
}
