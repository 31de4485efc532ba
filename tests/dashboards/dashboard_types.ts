// What a dashboard of logtally may hold: Grafana's own types, and nothing beyond them but what the
// plugins of its data sources add. JSON has no enums, so an enum becomes its values.
import type {
  AnnotationQuery,
  Dashboard,
  DataSourceRef,
  FieldConfig,
  GraphFieldConfig,
  Panel,
  RowPanel,
  TableFieldOptions,
} from '@grafana/schema';
import type { Options as BarGaugeOptions } from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type { Options as StatOptions } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type { Options as TableOptions } from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type { Options as TextOptions } from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type { Options as TimeSeriesOptions } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

// "fixed" for FieldColorModeId.Fixed, and so on downwards.
type InJson<T> = T extends string
  ? `${T}`
  : T extends number
    ? T
    : T extends object
      ? { [Key in keyof T]: InJson<T[Key]> }
      : T;

interface PrometheusQuery {
  refId: string;
  datasource: DataSourceRef;
  expr: string;
  legendFormat: string;
  range: boolean;
  instant: boolean;
  editorMode: 'code' | 'builder';
  format?: 'table' | 'time_series' | 'heatmap';
}

interface SqliteQuery {
  refId: string;
  datasource: DataSourceRef;
  rawQueryText: string;
  queryText: string;
  queryType: 'table' | 'time series';
  timeColumns: string[];
}

interface DataLink {
  title: string;
  url: string;
  targetBlank?: boolean;
}

type PanelOf<Type extends string, Options, Custom> = Omit<
  Panel,
  'type' | 'options' | 'fieldConfig' | 'targets'
> & {
  type: Type;
  options: Options;
  targets: Array<PrometheusQuery | SqliteQuery>;
  fieldConfig: {
    defaults: Omit<FieldConfig, 'custom' | 'links'> & { custom?: Custom; links?: DataLink[] };
    overrides: Array<{
      matcher: { id: 'byName' | 'byRegexp'; options: string };
      properties: Array<{ id: string; value: unknown }>;
    }>;
  };
};

type TextPanel = Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> & {
  type: 'text';
  options: TextOptions;
};

type AnyPanel =
  | PanelOf<'timeseries', TimeSeriesOptions, GraphFieldConfig>
  | PanelOf<'stat', StatOptions, never>
  | PanelOf<'bargauge', BarGaugeOptions, never>
  | PanelOf<'table', TableOptions, TableFieldOptions>
  | TextPanel
  | RowPanel;

// What the plugin for Prometheus puts beside a query for annotations.
type PrometheusAnnotation = Omit<AnnotationQuery, 'target'> & {
  expr: string;
  step: string;
  titleFormat: string;
  textFormat: string;
  useValueForTime: boolean;
  target: { refId: string; expr: string; interval: string };
};

export type LogtallyDashboard = InJson<
  Omit<Dashboard, 'panels' | 'annotations'> & {
    panels: AnyPanel[];
    annotations: { list: PrometheusAnnotation[] };
  }
>;
