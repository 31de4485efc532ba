// The panel "table".
import { cacheFieldDisplayNames } from '@grafana/data';
import { TableNG } from '@grafana/ui/unstable';

import { NoData } from './no_data.jsx';

export function TablePanel({ data, options, fieldConfig, width, height, timeRange }) {
  const frame = data.series[options.frameIndex] ?? data.series[0];
  if (!frame || frame.fields.length === 0) {
    return <NoData height={height}>{fieldConfig.defaults.noValue || 'No data'}</NoData>;
  }
  // Its heads and its sorting go by these.
  cacheFieldDisplayNames(data.series);
  return (
    <TableNG
      data={frame}
      width={width}
      height={height}
      noHeader={!options.showHeader}
      showTypeIcons={options.showTypeIcons}
      resizable
      sortBy={options.sortBy}
      cellHeight={options.cellHeight}
      frozenColumns={options.frozenColumns?.left}
      enablePagination={options.enablePagination}
      maxRowHeight={options.maxRowHeight}
      noValue={fieldConfig.defaults.noValue}
      fieldConfig={fieldConfig}
      timeRange={timeRange}
      structureRev={data.structureRev}
      getActions={() => []}
    />
  );
}
