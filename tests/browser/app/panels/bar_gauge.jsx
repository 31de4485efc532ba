// The panel "bargauge": a bar a value.
import { getDisplayValueAlignmentFactors } from '@grafana/data';
import { BarGauge, VizRepeater, useTheme2 } from '@grafana/ui';

import { displayValues } from './stat.jsx';

export function BarGaugePanel(props) {
  const theme = useTheme2();
  const { data, options, width, height, renderCounter } = props;
  const isAuto = options.sizing === 'auto';
  return (
    <VizRepeater
      getValues={() => displayValues(props, theme)}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value: { display, field, hasLinks, view, colIndex }, alignmentFactors, orientation,
        width: w, height: h }) => (
        <BarGauge
          value={display}
          field={field}
          text={options.text}
          display={view?.getFieldDisplayProcessor(colIndex)}
          displayMode={options.displayMode}
          valueDisplayMode={options.valueMode}
          namePlacement={options.namePlacement}
          showUnfilled={options.showUnfilled}
          itemSpacing={10}
          lcdCellWidth={12}
          orientation={orientation}
          alignmentFactors={alignmentFactors}
          onClick={hasLinks ? () => {} : undefined}
          theme={theme}
          width={w}
          height={h}
        />
      )}
      source={data}
      width={width}
      height={height}
      itemSpacing={10}
      minVizWidth={isAuto ? 8 : options.minVizWidth}
      minVizHeight={isAuto ? 16 : options.minVizHeight}
      maxVizHeight={isAuto ? 300 : options.maxVizHeight}
      renderCounter={renderCounter}
      orientation={options.orientation}
    />
  );
}
