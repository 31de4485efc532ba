// Which panel a request comes from.
import { sceneGraph, VizPanel } from '@grafana/scenes';

// Its title with the variables filled in; "" for a variable's own query.
export function askingPanel(request) {
  const object = request.scopedVars?.__sceneObject?.value?.valueOf();
  for (let one = object; one; one = one.parent) {
    if (one instanceof VizPanel) return sceneGraph.interpolate(one, one.state.title);
  }
  return '';
}
