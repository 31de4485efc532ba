// The panel "timeseries": lines, bars or points over time.
import { FieldType } from '@grafana/data';
import { TimeSeries } from '@grafana/ui';

import { NoData } from './no_data.jsx';

// The frames that have a time, without what cannot be drawn.
function graphable(series) {
  return series
    .map((frame) => ({
      ...frame,
      fields: frame.fields.filter(({ type }) => type === FieldType.time || type === FieldType.number),
    }))
    .filter((frame) => frame.length > 0 && frame.fields.some(({ type }) => type === FieldType.time) &&
      frame.fields.some(({ type }) => type === FieldType.number));
}

export function TimeSeriesPanel({ data, options, fieldConfig, width, height, timeRange, timeZone }) {
  const frames = graphable(data.series);
  if (frames.length === 0) {
    return <NoData height={height}>{fieldConfig.defaults.noValue || 'No data'}</NoData>;
  }
  return (
    <TimeSeries
      frames={frames}
      structureRev={data.structureRev}
      width={width}
      height={height}
      timeRange={timeRange}
      timeZone={timeZone}
      legend={options.legend}
      options={options}
    />
  );
}
