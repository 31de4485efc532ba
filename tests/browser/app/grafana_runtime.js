// What Grafana's application hands to its libraries at the start, as far as panels need it.
import { EventBusSrv, standardEditorsRegistry, standardFieldConfigEditorRegistry,
  standardTransformers, standardTransformersRegistry } from '@grafana/data';
import { config, setAppEvents, setBackendSrv, setDataSourceSrv, setEchoSrv, setPluginImportUtils,
  setRunRequest, setTemplateSrv } from '@grafana/runtime';
import { sceneGraph } from '@grafana/scenes';

import { dataSourceByRef, dataSourceList } from './data_sources.js';
import { standardFieldOptions } from './field_options.js';
import { panelPlugins } from './panel_plugins.jsx';
import { runRequest } from './run_request.js';

export function setUpRuntime() {
  setEchoSrv({ addEvent() {}, addBackend() {}, flush() {} });
  setAppEvents(new EventBusSrv());
  setBackendSrv({
    fetch: () => { throw new Error('there is no Grafana server'); },
    get: () => Promise.reject(new Error('there is no Grafana server')),
  });
  // A scene says in the variables of each request which of its objects asks.
  setTemplateSrv({
    replace(text, scopedVars, format) {
      const asking = scopedVars?.__sceneObject?.value?.valueOf();
      return asking ? sceneGraph.interpolate(asking, text, scopedVars, format) : text;
    },
    containsTemplate: (text) => /\$\{?\w/.test(text ?? ''),
    getVariables: () => [],
    updateTimeRange() {},
  });
  setDataSourceSrv({
    get: async (ref, scopedVars) => dataSourceByRef(ref, scopedVars),
    getList: dataSourceList,
    getInstanceSettings: (ref) => dataSourceByRef(ref)?.instanceSettings,
    registerRuntimeDataSource() {},
    reload() {},
  });
  setRunRequest(runRequest);
  setPluginImportUtils({
    importPanelPlugin: async (id) => {
      if (!panelPlugins[id]) throw new Error(`no panel of type ${id} here`);
      return panelPlugins[id];
    },
    getPanelPluginFromCache: (id) => panelPlugins[id],
  });
  standardEditorsRegistry.setInit(() => []);
  standardFieldConfigEditorRegistry.setInit(standardFieldOptions);
  standardTransformersRegistry.setInit(() =>
    [...new Set(Object.values(standardTransformers))].map((transformation) => ({
      id: transformation.id,
      name: transformation.name,
      description: '',
      aliasIds: [],
      editor: () => null,
      transformation: async () => transformation,
    })));
  for (const [id, plugin] of Object.entries(panelPlugins)) config.panels[id] = plugin.meta;
}
