// A variable of a classic dashboard as one of a scene.
import { ConstantVariable, CustomVariable, DataSourceVariable,
  IntervalVariable, QueryVariable, TextBoxVariable } from '@grafana/scenes';

const kinds = {
  custom: (one) => new CustomVariable({ ...choice(one), query: one.query }),
  constant: (one) => new ConstantVariable({ ...named(one), value: one.query }),
  datasource: (one) => new DataSourceVariable({ ...choice(one), pluginId: one.query, regex: one.regex }),
  interval: (one) => new IntervalVariable({ ...named(one), intervals: one.query.split(',') }),
  query: (one) => new QueryVariable({ ...choice(one), datasource: one.datasource,
    query: one.query, refresh: one.refresh, regex: one.regex, sort: one.sort }),
  textbox: (one) => new TextBoxVariable({ ...named(one), value: one.current?.value ?? one.query ?? '' }),
};

function named(one) {
  return { name: one.name, label: one.label, description: one.description, hide: one.hide };
}

function choice(one) {
  return {
    ...named(one),
    isMulti: one.multi, includeAll: one.includeAll, allValue: one.allValue,
    value: one.current?.value ?? '', text: one.current?.text ?? '',
  };
}

export function variableOf(one) {
  if (!kinds[one.type]) throw new Error(`a variable of a type unknown here: ${one.type}`);
  return kinds[one.type](one);
}
