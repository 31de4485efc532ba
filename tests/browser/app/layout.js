// Where the panels of a classic dashboard stand once rows and panels are repeated. The unit is a
// cell of Grafana's grid: 24 columns, 30 px high.

const kColumns = 24;

// The panels below each row; those before the first row are a section without one. A closed row
// holds its panels itself, and is drawn open here, so that nothing stays unseen.
export function sectionsOf(panels) {
  const sections = [{ row: undefined, panels: [] }];
  const inOrder = [...panels].sort((a, b) =>
    a.gridPos.y - b.gridPos.y || a.gridPos.x - b.gridPos.x);
  for (const panel of inOrder) {
    if (panel.type === 'row') sections.push({ row: panel, panels: [...(panel.panels ?? [])] });
    else sections.at(-1).panels.push(panel);
  }
  return sections.filter(({ row, panels: held }) => row || held.length > 0);
}

// One panel, or its repeats, from `y` on; `locals` are the variables it stands for.
function repeats(panel, locals, y, chosen) {
  const { x, w, h } = panel.gridPos;
  if (!panel.repeat) return [{ panel, locals, box: { x, y, w, h } }];
  const values = chosen(panel.repeat);
  const across = panel.repeatDirection === 'v'
    ? 1 : Math.min(values.length, panel.maxPerRow ?? 4);
  const width = panel.repeatDirection === 'v' ? w : Math.floor(kColumns / across);
  return values.map((value, i) => ({
    panel,
    locals: { ...locals, [panel.repeat]: value },
    box: { x: panel.repeatDirection === 'v' ? x : (i % across) * width,
      y: y + Math.floor(i / across) * h, w: width, h },
  }));
}

// The panels of a section from `top` on, and where the next section begins.
function sectionItems(panels, locals, top, chosen) {
  const first = Math.min(...panels.map((panel) => panel.gridPos.y));
  let shift = top - first;
  let end = top;
  const items = [];
  for (const panel of panels) {
    const drawn = repeats(panel, locals, panel.gridPos.y + shift, chosen);
    items.push(...drawn);
    const bottom = Math.max(...drawn.map(({ box }) => box.y + box.h), end);
    if (panel.repeat) shift += bottom - (panel.gridPos.y + shift + panel.gridPos.h);
    end = bottom;
  }
  return { items, end };
}

// `chosen(name)`: the values of a variable, each { value, text }.
export function placed(sections, chosen) {
  const result = [];
  let y = 0;
  for (const { row, panels } of sections) {
    const values = row?.repeat ? chosen(row.repeat) : [undefined];
    for (const value of values) {
      const locals = value ? { [row.repeat]: value } : {};
      const top = row ? y + 1 : y;
      const { items, end } = panels.length
        ? sectionItems(panels, locals, top, chosen) : { items: [], end: top };
      result.push({ row, locals, y, items });
      y = end;
    }
  }
  return result;
}
