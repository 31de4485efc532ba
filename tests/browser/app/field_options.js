// The options that every field has, and those that a kind of panel adds: what a dashboard writes
// under "fieldConfig" reaches a panel only where an option is registered for it.
import { booleanOverrideProcessor, dataLinksOverrideProcessor, displayNameOverrideProcessor,
  identityOverrideProcessor, numberOverrideProcessor, stringOverrideProcessor,
  thresholdsOverrideProcessor, unitOverrideProcessor, valueMappingsOverrideProcessor }
  from '@grafana/data';

function option(id, process, shouldApply = () => true) {
  return { id, path: id, name: id, description: '', process, shouldApply, settings: {},
    editor: () => null, override: () => null, getItemsCount: () => 0 };
}

export function standardFieldOptions() {
  return [
    option('displayName', displayNameOverrideProcessor),
    option('description', stringOverrideProcessor),
    option('unit', unitOverrideProcessor),
    option('min', numberOverrideProcessor),
    option('max', numberOverrideProcessor),
    option('fieldMinMax', booleanOverrideProcessor),
    option('decimals', numberOverrideProcessor),
    option('noValue', stringOverrideProcessor),
    option('color', identityOverrideProcessor),
    option('thresholds', thresholdsOverrideProcessor),
    option('mappings', valueMappingsOverrideProcessor),
    option('links', dataLinksOverrideProcessor),
    option('actions', dataLinksOverrideProcessor),
    option('filterable', booleanOverrideProcessor),
  ];
}

// For PanelPlugin.useFieldConfig: the custom options of a kind of panel with their defaults.
export function customOptions(defaults) {
  return {
    useCustomConfig(builder) {
      for (const [path, defaultValue] of Object.entries(defaults)) {
        builder.addCustomEditor({ ...option(path, identityOverrideProcessor), defaultValue });
      }
    },
  };
}
