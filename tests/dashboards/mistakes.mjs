// Mistakes that the types must find, each made in the dashboard "overview".
const panelOf = (dashboard, type) => dashboard.panels.find((panel) => panel.type === type);

export const mistakes = [
  {
    what: 'an unknown key of the dashboard',
    make: (dashboard) => (dashboard.colour = 'red'),
    finds: '"colour"',
  },
  {
    what: 'a panel of no known type',
    make: (dashboard) => (panelOf(dashboard, 'stat').type = 'gauge'),
    finds: '"gauge"',
  },
  {
    what: 'an unknown key of a panel',
    make: (dashboard) => (panelOf(dashboard, 'stat').subtitle = 'x'),
    finds: '"subtitle"',
  },
  {
    what: 'an unknown option of a stat',
    make: (dashboard) => (panelOf(dashboard, 'stat').options.sparkline = true),
    finds: '"sparkline"',
  },
  {
    what: 'a value that an enum does not have',
    make: (dashboard) => (panelOf(dashboard, 'stat').options.colorMode = 'rainbow'),
    finds: '"rainbow"',
  },
  {
    what: 'a legend at a place that there is not',
    make: (dashboard) => (panelOf(dashboard, 'timeseries').options.legend.placement = 'left'),
    finds: '"left"',
  },
  {
    what: 'an unknown way to draw',
    make: (dashboard) =>
      (panelOf(dashboard, 'timeseries').fieldConfig.defaults.custom.drawStyle = 'curve'),
    finds: '"curve"',
  },
  {
    what: 'a number that is a text',
    make: (dashboard) => (panelOf(dashboard, 'table').gridPos.w = '24'),
    finds: "Type 'string' is not assignable to type 'number'",
  },
  {
    what: 'an unknown colour mode',
    make: (dashboard) => (panelOf(dashboard, 'stat').fieldConfig.defaults.color.mode = 'bright'),
    finds: '"bright"',
  },
  {
    what: 'an unknown key of a variable',
    make: (dashboard) => (dashboard.templating.list[1].multiple = true),
    finds: '"multiple"',
  },
  {
    what: 'a way to read variables again that there is not',
    make: (dashboard) => (dashboard.templating.list[1].refresh = 7),
    finds: "Type '7' is not assignable",
  },
  {
    what: 'an unknown key of a query',
    make: (dashboard) => (panelOf(dashboard, 'stat').targets[0].query = 'up'),
    finds: '"query"',
  },
  {
    what: 'an unknown key of an annotation',
    make: (dashboard) => (dashboard.annotations.list[0].colour = 'red'),
    finds: '"colour"',
  },
];
