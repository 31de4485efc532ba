// A data source that runs SQL on a store, in the shape of Grafana's SQLite plugin: a column of
// times is in unix seconds, and a "time series" has a series for each text.
import { DataSourceApi, FieldType, toDataFrame } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';

import { askingPanel } from './asking.js';
import { noted } from './query_log.js';

const kType = 'frser-sqlite-datasource';
const settings = {
  id: 2, uid: 'sqlite', name: 'logtally store', type: kType, url: '', access: 'proxy',
  readOnly: true, jsonData: {},
  meta: { id: kType, name: 'SQLite', type: 'datasource', module: '', baseUrl: '',
    info: { logos: { small: '', large: '' } } },
};

async function rowsOf(sql) {
  const answer = await fetch('/sqlite', { method: 'POST', body: sql });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text.trim() === '' ? [] : JSON.parse(text);
}

// Values of variables stand in SQL as 'a','b'; a quote in one is doubled.
const quoted = (value) => [value].flat()
  .map((one) => `'${String(one).replaceAll("'", "''")}'`).join(',');

function interpolated(sql, request) {
  const text = (value) => ({ text: String(value), value: String(value) });
  const scopedVars = {
    ...request.scopedVars,
    __interval_ms: text(request.intervalMs), __interval: text(request.interval),
  };
  return getTemplateSrv().replace(sql, scopedVars,
    (value, variable) => (variable.multi || variable.includeAll ? quoted(value) : String(value)));
}

function tableFrame(target, rows) {
  const times = target.timeColumns ?? ['time', 'ts'];
  const names = rows.length ? Object.keys(rows[0]) : [];
  return toDataFrame({
    refId: target.refId,
    fields: names.map((name) => {
      const values = rows.map((row) => row[name]);
      if (times.includes(name)) {
        return { name, type: FieldType.time, values: values.map((value) => value * 1000) };
      }
      const isNumber = values.every((value) => value === null || typeof value === 'number');
      return { name, type: isNumber ? FieldType.number : FieldType.string, values };
    }),
  });
}

// A series for each value of the columns of text, as the plugin makes them out of long rows.
function seriesFrames(target, table) {
  const time = table.fields.find((field) => field.type === FieldType.time);
  if (!time) return [table];
  const texts = table.fields.filter((field) => field.type === FieldType.string);
  const series = new Map();
  for (const field of table.fields.filter((one) => one.type === FieldType.number)) {
    for (let row = 0; row < table.length; ++row) {
      const labels = Object.fromEntries(texts.map((one) => [one.name, one.values[row]]));
      const key = JSON.stringify([field.name, labels]);
      if (!series.has(key)) series.set(key, { field, labels, times: [], values: [] });
      series.get(key).times.push(time.values[row]);
      series.get(key).values.push(field.values[row]);
    }
  }
  return [...series.values()].map(({ field, labels, times, values }) => ({
    refId: target.refId,
    fields: [
      { name: time.name, type: FieldType.time, values: times },
      { name: field.name, type: FieldType.number, labels, values },
    ],
  }));
}

class Sqlite extends DataSourceApi {
  constructor() {
    super(settings);
    this.instanceSettings = settings;
  }

  async query(request) {
    const frames = await Promise.all(request.targets.filter((target) => !target.hide).map(
      async (target) => {
        const sql = interpolated(target.rawQueryText ?? target.queryText, request);
        const rows = await noted({ kind: 'panel', panel: askingPanel(request), refId: target.refId, query: sql }, () => rowsOf(sql), (found) => found.length);
        const table = tableFrame(target, rows);
        return target.queryType === 'time series' ? seriesFrames(target, table) : [table];
      }));
    return { data: frames.flat() };
  }

  // The values of a variable: columns __text and __value where there are such, else the first.
  async metricFindQuery(query, options) {
    const written = typeof query === 'string' ? query : query.rawQueryText ?? query.queryText ?? query.query;
    const sql = getTemplateSrv().replace(written, options?.scopedVars, quoted);
    const rows = await noted({ kind: 'variable', query: sql }, () => rowsOf(sql), (found) => found.length);
    return rows.map((row) => {
      const value = row.__value ?? Object.values(row)[0];
      return { text: String(row.__text ?? value), value: String(value) };
    });
  }

  async testDatasource() {
    return { status: 'success', message: '' };
  }
}

export const sqlite = new Sqlite();
