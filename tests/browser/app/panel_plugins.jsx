// The kinds of panels that our dashboards use. Grafana's own plugins are no packages: each is a
// little around a component that is one, and so are these.
import { PanelPlugin, PluginType } from '@grafana/data';

import { BarGaugePanel } from './panels/bar_gauge.jsx';
import { StatPanel } from './panels/stat.jsx';
import { TablePanel } from './panels/table.jsx';
import { TextPanel } from './panels/text.jsx';
import { TimeSeriesPanel } from './panels/time_series.jsx';
import { fieldOptions } from './field_options.js';

const reduction = {
  reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' }, text: undefined,
};

const hideFrom = { tooltip: false, viz: false, legend: false };

const kinds = {
  timeseries: {
    panel: TimeSeriesPanel,
    colorMode: 'palette-classic',
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'single', sort: 'none' },
    },
    custom: {
      drawStyle: 'line', lineInterpolation: 'linear', barAlignment: 0, barWidthFactor: 0.6,
      lineWidth: 1, lineStyle: { fill: 'solid' }, fillOpacity: 0, gradientMode: 'none',
      fillBelowTo: undefined, spanNulls: false, insertNulls: false, showPoints: 'auto',
      showValues: false, pointSize: 5, pointShape: undefined, stacking: { mode: 'none', group: 'A' },
      transform: undefined, axisPlacement: 'auto', axisLabel: '', axisWidth: undefined,
      axisSoftMin: undefined, axisSoftMax: undefined, axisColorMode: 'text',
      axisBorderShow: false, axisGridShow: undefined, axisCenteredZero: false,
      scaleDistribution: { type: 'linear' }, thresholdsStyle: { mode: 'off' }, hideFrom,
    },
  },
  stat: {
    panel: StatPanel,
    options: {
      ...reduction, orientation: 'auto', textMode: 'auto', colorMode: 'value', graphMode: 'area',
      justifyMode: 'auto', wideLayout: true, showPercentChange: false, percentChangeColorMode: 'standard',
    },
    custom: {},
  },
  bargauge: {
    panel: BarGaugePanel,
    options: {
      ...reduction, orientation: 'auto', displayMode: 'gradient', valueMode: 'color',
      namePlacement: 'auto', showUnfilled: true, sizing: 'auto', minVizWidth: 8, minVizHeight: 16,
      maxVizHeight: 300, legend: { showLegend: false, displayMode: 'list', placement: 'bottom', calcs: [] },
    },
    custom: {},
  },
  table: {
    panel: TablePanel,
    options: { showHeader: true, showTypeIcons: false, cellHeight: 'sm', sortBy: [], frameIndex: 0 },
    custom: {
      align: 'auto', cellOptions: { type: 'auto' }, inspect: false, width: undefined,
      minWidth: undefined, filterable: false, hidden: false, hideFrom: { viz: false }, wrapText: false,
      wrapHeaderText: false, footer: { reducers: [] }, tooltip: undefined,
    },
  },
  text: {
    panel: TextPanel,
    options: { mode: 'markdown', content: '' },
    custom: {},
    withoutData: true,
  },
};

function pluginOf(id, { panel, options, custom, colorMode = 'thresholds', withoutData }) {
  const plugin = new PanelPlugin(panel);
  plugin.meta = { id, name: id, type: PluginType.panel, module: '', baseUrl: '', sort: 0,
    skipDataQuery: Boolean(withoutData),
    info: { version: '13.2.1', logos: { small: '', large: '' }, author: { name: '' }, links: [],
      screenshots: [], updated: '', description: '' } };
  plugin.setPanelOptions((builder) => {
    for (const [path, defaultValue] of Object.entries(options)) {
      builder.addCustomEditor({ id: path, path, name: path, defaultValue, editor: () => null });
    }
  });
  plugin.useFieldConfig(fieldOptions(colorMode, custom));
  return plugin;
}

export const panelPlugins = Object.fromEntries(
  Object.entries(kinds).map(([id, kind]) => [id, pluginOf(id, kind)]));

// What a kind of panel knows: an option beside these would be ignored in silence.
export const knownOptions = Object.fromEntries(
  Object.entries(kinds).map(([id, { options, custom }]) =>
    [id, { options: Object.keys(options), custom: Object.keys(custom) }]));
