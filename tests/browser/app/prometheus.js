// A data source that asks a real Prometheus, as Grafana's own does: the same variables of the
// interval, the same alignment of ranges, the same frames.
import { DataSourceApi, FieldType, dateTime, rangeUtil } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';

import { askingPanel } from './asking.js';
import { noted } from './query_log.js';

// timeInterval of the data source.
const kScrapeSeconds = Number(new URLSearchParams(window.location.search).get('scrape') || 15);

const settings = {
  id: 1, uid: 'prometheus', name: 'Prometheus', type: 'prometheus', url: '/prometheus',
  access: 'proxy', readOnly: true, isDefault: true, jsonData: { timeInterval: `${kScrapeSeconds}s` },
  meta: { id: 'prometheus', name: 'Prometheus', type: 'datasource', module: '', baseUrl: '',
    info: { logos: { small: '', large: '' } } },
};

async function ask(path, parameters) {
  const answer = await fetch(`/prometheus/api/v1/${path}`, {
    method: 'POST', body: new URLSearchParams(parameters),
  });
  const body = await answer.json();
  if (body.status !== 'success') throw new Error(body.error ?? `HTTP ${answer.status}`);
  return body.data.result ?? body.data;
}

const numberIn = (text) => Number(text.replace('Inf', 'Infinity'));

// In a regular expression of a selector, which stands in quotes.
const escaped = (text) => text.replace(/\\/g, '\\\\\\\\').replace(/[$^*{}[\]'+?.()|]/g, '\\\\$&');
const formatted = (value, variable) => {
  if (Array.isArray(value)) {
    return value.length === 1 ? escaped(value[0]) : `(${value.map(escaped).join('|')})`;
  }
  return variable.multi || variable.includeAll ? escaped(String(value)) : String(value);
};

function secondsOf(text, scopedVars) {
  const plain = getTemplateSrv().replace(text || '', scopedVars);
  return plain ? rangeUtil.intervalToSeconds(plain.replace('>', '')) : 0;
}

// The times of one target, in seconds, and the variables that stand for them.
function timing(request, target) {
  const from = request.range.from.valueOf() / 1000;
  const to = request.range.to.valueOf() / 1000;
  const range = to - from;
  const scrape = secondsOf(target.interval, request.scopedVars) || kScrapeSeconds;
  const wanted = Math.max(request.intervalMs / 1000, scrape, Math.ceil(range / 11000));
  const step = wanted * (target.intervalFactor || 1);
  const whole = Math.max(1, Math.round(range));
  const text = (value) => ({ text: String(value), value: String(value) });
  return {
    from, to, step,
    scopedVars: {
      ...request.scopedVars,
      __interval: text(`${step}s`),
      __interval_ms: text(step * 1000),
      __rate_interval: text(`${Math.max(step + scrape, 4 * scrape)}s`),
      __range: text(`${whole}s`),
      __range_s: text(whole),
      __range_ms: text(whole * 1000),
    },
  };
}

function legend(target, labels, expr) {
  if (target.legendFormat && target.legendFormat !== '__auto') {
    return target.legendFormat.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, label) => labels[label] ?? '');
  }
  const { __name__: name = '', ...rest } = labels;
  const pairs = Object.entries(rest).map(([label, value]) => `${label}="${value}"`);
  return name || pairs.length ? `${name}${pairs.length ? `{${pairs.join(', ')}}` : ''}` : expr;
}

function seriesFrame(target, series, expr, step) {
  const points = series.values ?? [series.value];
  const name = legend(target, series.metric, expr);
  return {
    refId: target.refId,
    name,
    meta: { type: 'timeseries-multi', custom: { resultType: series.values ? 'matrix' : 'vector' } },
    fields: [
      { name: 'Time', type: FieldType.time, config: { interval: step * 1000 },
        values: points.map(([time]) => time * 1000) },
      { name: 'Value', type: FieldType.number, config: { displayNameFromDS: name },
        labels: series.metric, values: points.map(([, value]) => numberIn(value)) },
    ],
  };
}

// All series of one target as rows: the time, a column a label, the value.
function tableFrame(target, result, valueName) {
  const labels = [...new Set(result.flatMap((series) => Object.keys(series.metric)))].sort();
  const rows = result.flatMap((series) =>
    (series.values ?? [series.value]).map(([time, value]) => [series.metric, time, value]));
  const column = (name, type, values) =>
    ({ name, type, config: { filterable: type === FieldType.string }, values });
  return {
    refId: target.refId,
    fields: [
      column('Time', FieldType.time, rows.map(([, time]) => time * 1000)),
      ...labels.map((label) => column(label, FieldType.string, rows.map(([metric]) => metric[label] ?? ''))),
      column(valueName, FieldType.number, rows.map(([, , value]) => numberIn(value))),
    ],
  };
}

class Prometheus extends DataSourceApi {
  constructor() {
    super(settings);
    this.instanceSettings = settings;
    this.interval = settings.jsonData.timeInterval;
  }

  async query(request) {
    const targets = request.targets.filter((target) => !target.hide && target.expr);
    const tables = targets.filter((target) => target.format === 'table').length;
    const frames = await Promise.all(targets.map((target) => this.framesOf(request, target, tables)));
    return { data: frames.flat() };
  }

  async framesOf(request, target, tables) {
    const { from, to, step, scopedVars } = timing(request, target);
    const expr = getTemplateSrv().replace(target.expr, scopedVars, formatted);
    const sent = target.instant
      ? ['query', { query: expr, time: to }]
      : ['query_range', { query: expr, start: Math.floor(from / step) * step,
        end: Math.floor(to / step) * step, step }];
    const result = await noted({ kind: 'panel', panel: askingPanel(request), refId: target.refId, query: expr },
    () => ask(...sent), (series) => series.length);
    if (target.format === 'table') {
      return [tableFrame(target, result, tables > 1 ? `Value #${target.refId}` : 'Value')];
    }
    return result.map((series) => seriesFrame(target, series, expr, step));
  }

  // Values for a variable: label_values(…), query_result(…).
  async metricFindQuery(query, options) {
    const scopedVars = { ...options?.scopedVars };
    const range = options?.range;
    if (range) {
      const seconds = Math.max(1, Math.round((range.to.valueOf() - range.from.valueOf()) / 1000));
      scopedVars.__range = { text: `${seconds}s`, value: `${seconds}s` };
      scopedVars.__range_s = { text: String(seconds), value: String(seconds) };
    }
    const written = typeof query === 'string' ? query : query.query;
    const text = getTemplateSrv().replace(written, scopedVars, formatted);
    const to = (range?.to ?? dateTime()).valueOf() / 1000;
    const from = (range?.from ?? dateTime().subtract(1, 'hour')).valueOf() / 1000;
    const labels = /^label_values\((?:(.+),\s*)?([a-zA-Z_]\w*)\)\s*$/s.exec(text);
    const series = /^query_result\((.+)\)\s*$/s.exec(text);
    return noted({ kind: 'variable', query: text }, async () => {
      if (labels) {
        const selector = labels[1] ? { 'match[]': labels[1] } : {};
        const values = await this.labelValues(labels[2], { ...selector, start: from, end: to });
        return values.map((value) => ({ text: value, value }));
      }
      if (!series) throw new Error(`a variable asks what is not understood here: ${text}`);
      const result = await ask('query', { query: series[1], time: to });
      return result.map(({ metric, value }) => {
        const { __name__: name = '', ...rest } = metric;
        const pairs = Object.entries(rest).map(([label, held]) => `${label}="${held}"`).join(',');
        return { text: `${name}{${pairs}} ${value[1]} ${value[0] * 1000}` };
      });
    }, (values) => values.length);
  }

  async labelValues(label, parameters) {
    const answer = await fetch(
      `/prometheus/api/v1/label/${label}/values?${new URLSearchParams(parameters)}`);
    const body = await answer.json();
    if (body.status !== 'success') throw new Error(body.error ?? `HTTP ${answer.status}`);
    return body.data;
  }

  async testDatasource() {
    return { status: 'success', message: '' };
  }
}

export const prometheus = new Prometheus();
