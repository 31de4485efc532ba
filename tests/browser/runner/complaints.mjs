// What a person would complain about in a dashboard that has been drawn.

// Panels that may be empty, and why: anything else that shows no data is a complaint. The key is
// "uid/title of the panel".
export const kMayBeEmpty = {
  'logtally-status-code/What other means':
    'what no label has room for is counted as "other", which is no code, and so in no catalogue',
};

// What the page shows of a panel: read from what was really drawn.
function drawnPanels() {
  return [...document.querySelectorAll('[data-viz-panel-key]')].map((panel) => ({
    key: panel.getAttribute('data-viz-panel-key'),
    saysNoData: [...panel.querySelectorAll('*')].some((one) =>
      one.children.length === 0 && one.textContent.trim() === 'No data'),
    rows: panel.querySelectorAll('[role="row"]').length,
    isBlank: panel.getBoundingClientRect().height < 40 || panel.textContent.trim() === '',
    badLinks: [...panel.querySelectorAll('a[href]')].map((link) => link.getAttribute('href'))
      .filter((target) => /\$\{|\$__(?!all\b)|^javascript:/.test(target)),
    leftovers: panel.innerText.match(/\$\{[^}]*\}|\$__?[a-z_]+|\bundefined\b|\bNaN\b/g) ?? [],
  }));
}

function aboutPanel(uid, panel, drawn) {
  const found = [];
  const reason = kMayBeEmpty[`${uid}/${panel.title}`];
  if (panel.pluginError) found.push(`cannot be drawn: ${panel.pluginError}`);
  found.push(...panel.errors.map((error) => `shows an error: ${error}`));
  if (!drawn) return [...found, 'is not on the page'];
  if (drawn.isBlank) found.push('is blank');
  // The first row of a table is its head.
  const isEmpty = drawn.saysNoData || (panel.type === 'table' && drawn.rows < 2);
  if (isEmpty && reason) console.error(`${uid}: "${panel.title}" is empty: ${reason}`);
  else if (isEmpty) found.push('shows nothing: "No data", or a table without rows');
  else if (reason) found.push('is not empty any more: take it off the list in complaints.mjs');
  found.push(...drawn.badLinks.map((target) => `has a link that leads nowhere: ${target}`));
  found.push(...drawn.leftovers.map((word) => `shows what nobody should see: ${word}`));
  return found.map((what) => `panel "${panel.title}" (${panel.key}, ${panel.type}) ${what}`);
}

// { found: lines, summary: a line }.
export async function complaintsAbout(page, dashboard) {
  const error = await page.evaluate(() => window.sceneError);
  if (error) return { found: [error], summary: 'cannot be drawn' };
  const [queries, panels, drawn] = await Promise.all([
    page.evaluate(() => window.queryLog), page.evaluate(() => window.panelStates()),
    page.evaluate(drawnPanels)]);
  const found = queries.filter(({ state }) => state !== 'done')
    .map((query) => `query of "${query.panel ?? 'a variable'}" ${query.state}: ${query.error ?? ''}\n    ${query.query}`);
  found.push(...queries.filter(({ kind, rows }) => kind === 'variable' && rows === 0)
    .map(({ query }) => `a variable has no values: ${query}`));
  for (const panel of panels) {
    found.push(...aboutPanel(dashboard.uid, panel, drawn.find(({ key }) => key === panel.key)));
  }
  found.push(...await page.evaluate(() => window.unknownOptions));
  if (panels.length === 0) found.push('has no panels');
  return { found, summary: `${panels.length} panels, ${queries.length} queries` };
}
