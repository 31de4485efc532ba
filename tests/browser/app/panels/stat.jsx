// The panel "stat": one or more large values, maybe with a line behind each.
import { getDisplayValueAlignmentFactors, getFieldDisplayValues } from '@grafana/data';
import { BigValue, VizRepeater, useTheme2 } from '@grafana/ui';

export function displayValues({ data, fieldConfig, options, replaceVariables, timeZone }, theme, extra) {
  return getFieldDisplayValues({
    data: data.series, fieldConfig, reduceOptions: options.reduceOptions, replaceVariables,
    theme, timeZone, ...extra,
  });
}

export function StatPanel(props) {
  const theme = useTheme2();
  const { data, options, width, height, renderCounter } = props;
  const values = () => displayValues(props, theme,
    { sparkline: options.graphMode !== 'none', percentChange: options.showPercentChange });
  return (
    <VizRepeater
      getValues={values}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value, alignmentFactors, width: w, height: h, count }) => (
        <BigValue
          value={value.display}
          count={count}
          sparkline={value.sparkline}
          colorMode={options.colorMode}
          graphMode={options.graphMode}
          justifyMode={options.justifyMode}
          textMode={options.textMode}
          text={options.text}
          wideLayout={options.wideLayout}
          percentChangeColorMode={options.percentChangeColorMode}
          disableSparkline={false}
          hasLinks={Boolean(value.hasLinks)}
          alignmentFactors={alignmentFactors}
          theme={theme}
          width={w}
          height={h}
        />
      )}
      source={data}
      width={width}
      height={height}
      itemSpacing={3}
      renderCounter={renderCounter}
      autoGrid
      orientation={options.orientation}
    />
  );
}
