// The data sources that there are: a Prometheus and a SQLite database.
import { prometheus } from './prometheus.js';
import { sqlite } from './sqlite.js';
import { getTemplateSrv } from '@grafana/runtime';

const all = [prometheus, sqlite];

// `ref`: a uid, an object with a uid, or a variable that holds one.
export function dataSourceByRef(ref, scopedVars) {
  const uid = typeof ref === 'string' ? ref : ref?.uid;
  if (!uid || uid === 'default') return all.find((one) => one.type === (ref?.type ?? 'prometheus'));
  const wanted = uid.includes('$') ? getTemplateSrv().replace(uid, scopedVars) : uid;
  const found = all.find((one) => one.uid === wanted || one.name === wanted);
  if (!found) throw new Error(`no data source ${wanted} (asked for as ${uid})`);
  return found;
}

export function dataSourceList({ pluginId } = {}) {
  return all.filter((one) => !pluginId || one.type === pluginId).map((one) => one.instanceSettings);
}
