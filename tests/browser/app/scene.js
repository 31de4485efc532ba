// A dashboard of ours, in the classic JSON, as a scene that draws itself.
import { EmbeddedScene, SceneControlsSpacer, SceneDataTransformer, SceneGridItem, SceneGridLayout,
  SceneGridRow, SceneObjectBase, SceneQueryRunner, SceneTimeRange, SceneVariableSet,
  LocalValueVariable, VariableValueSelectors, VizPanel } from '@grafana/scenes';

import { sectionsOf, placed } from './layout.js';
import { variableOf } from './variables.js';

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

function dataOf(panel) {
  if (!panel.targets?.length) return undefined;
  const runner = new SceneQueryRunner({
    datasource: panel.datasource,
    queries: panel.targets,
    minInterval: panel.interval,
    ...(panel.maxDataPoints ? { maxDataPoints: panel.maxDataPoints } : { maxDataPointsFromWidth: true }),
  });
  return new SceneDataTransformer({ $data: runner, transformations: panel.transformations ?? [] });
}

function vizPanelOf(panel, locals) {
  return new VizPanel({
    key: `panel-${panel.id}${Object.values(locals).map((one) => `-${one.value}`).join('')}`,
    title: panel.title ?? '',
    description: panel.description,
    pluginId: panel.type,
    pluginVersion: panel.pluginVersion,
    options: structuredClone(panel.options ?? {}),
    fieldConfig: structuredClone(panel.fieldConfig ?? { defaults: {}, overrides: [] }),
    displayMode: panel.transparent ? 'transparent' : 'default',
    $data: dataOf(panel),
    $variables: Object.keys(locals).length === 0 ? undefined : new SceneVariableSet({
      variables: Object.entries(locals).map(([name, { value, text }]) =>
        new LocalValueVariable({ name, value, text })),
    }),
    $timeRange: panel.timeFrom
      ? new SceneTimeRange({ from: `now-${panel.timeFrom}`, to: 'now', timeZone: 'utc' })
      : undefined,
  });
}

function gridItem({ panel, locals, box }) {
  return new SceneGridItem({
    x: box.x, y: box.y, width: box.w, height: box.h,
    isDraggable: false, isResizable: false,
    body: vizPanelOf(panel, locals),
  });
}

function sceneChildren(dashboard, chosen) {
  return placed(sectionsOf(dashboard.panels), chosen).flatMap((section) => {
    const items = section.items.map(gridItem);
    if (!section.row) return items;
    return [new SceneGridRow({
      title: section.row.title, y: section.y, isCollapsible: true, isCollapsed: false,
      $variables: new SceneVariableSet({
        variables: Object.entries(section.locals).map(([name, { value, text }]) =>
          new LocalValueVariable({ name, value, text })),
      }),
      children: items,
    })];
  });
}

// The values that a panel or row is repeated for.
function chosenValues(variables) {
  return (name) => {
    const variable = variables.state.variables.find((one) => one.state.name === name);
    if (!variable) throw new Error(`repeated by a variable that does not exist: ${name}`);
    const all = variable.hasAllValue?.()
      ? variable.state.options.map(({ value, label }) => ({ value, text: label }))
      : [variable.getValue()].flat().map((value, i) =>
        ({ value, text: [variable.state.text ?? value].flat()[i] ?? value }));
    return all.filter(({ value }) => value !== '');
  };
}

// Repeats are laid out for the values that the variables have once all of them are loaded.
export async function sceneOf(dashboard) {
  const variables = new SceneVariableSet({ variables: dashboard.templating.list.map(variableOf) });
  class Loading extends SceneObjectBase {}
  const timeRange = () => new SceneTimeRange({ ...dashboard.time, timeZone: 'utc' });
  const loading = new Loading({ $variables: variables, $timeRange: timeRange() });
  const stop = loading.activate();
  await nextFrame();
  while (variables.state.variables.some((one) => variables.isVariableLoadingOrWaitingToUpdate(one))) {
    await nextFrame();
  }
  const chosen = chosenValues(variables);
  const children = sceneChildren(dashboard, chosen);
  stop();
  return new EmbeddedScene({
    $timeRange: timeRange(),
    $variables: variables.clone(),
    controls: [new VariableValueSelectors({}), new SceneControlsSpacer()],
    body: new SceneGridLayout({ children, isDraggable: false, isLazy: false }),
  });
}
