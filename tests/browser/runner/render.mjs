// Draws every dashboard in a browser, says what is wrong with it, and keeps a picture of each.
//
//   node runner/render.mjs --dashboards FOLDER --app FOLDER --prometheus URL --database FILE
//        --pictures FOLDER [--daemon URL] [--browser PROGRAM] [--now UNIX] [--scrape-seconds N]
//        [--only NAME] [--panels]
//
// --now: the time at which the dashboards are looked at; --scrape-seconds: how often Prometheus
// asked; --only: dashboards whose file begins so; --panels: a picture of each panel as well.
// Exit code 1 if there was a complaint; each is a line on standard output.
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { kPatienceMs, screenshot, withBrowser, withPage } from './browser.mjs';
import { complaintsAbout } from './complaints.mjs';
import { startServer } from './server.mjs';

const text = { type: 'string' };
const { values: options } = parseArgs({ options: {
  dashboards: text, app: text, prometheus: text, database: text, daemon: text, pictures: text,
  panels: { type: 'boolean' }, browser: { ...text, default: '/usr/bin/chromium' },
  now: text, 'scrape-seconds': { ...text, default: '15' }, only: text,
} });

let complaints = 0;
function complain(what, lines) {
  complaints += lines.length;
  for (const line of lines) console.log(`${what}: ${line}`);
}

// One picture a panel, named by its key, for whoever wants to look closely.
async function panelPictures(page, folder) {
  await mkdir(folder, { recursive: true });
  for (const panel of await page.locator('[data-viz-panel-key]').all()) {
    const key = await panel.getAttribute('data-viz-panel-key');
    await panel.screenshot({ path: path.join(folder, `${key}.png`), animations: 'disabled' });
  }
}

async function drawDashboard(context, server, name) {
  const dashboard = JSON.parse(await readFile(path.join(options.dashboards, name), 'utf8'));
  const address = new URLSearchParams({ dashboard: name, scrape: options['scrape-seconds'] });
  await withPage(context, `${server.url}/?${address}`, Number(options.now), async (page, said) => {
    await page.waitForFunction(() => window.sceneError || window.isDone?.(), undefined,
      { timeout: kPatienceMs, polling: 250 }).catch((error) => said.push(`not done in time: ${error.message}`));
    const picture = path.join(options.pictures, `${dashboard.uid}.png`);
    await screenshot(page, picture);
    const { found, summary } = await complaintsAbout(page, dashboard);
    if (options.panels) await panelPictures(page, path.join(options.pictures, dashboard.uid));
    console.error(`${dashboard.uid}: ${summary}; ${picture}`);
    complain(dashboard.uid, [...said, ...found]);
  });
}

// The daemon's own pages, which the dashboards link to.
async function drawDaemonPages(context) {
  for (const [name, target] of [['page-start', '/'], ['page-codes', '/codes'], ['page-code-404', '/codes/404']]) {
    await withPage(context, options.daemon + target, undefined, async (page, said) => {
      const picture = path.join(options.pictures, `${name}.png`);
      await screenshot(page, picture);
      const title = await page.title();
      if (title === '') said.push('has no title');
      console.error(`${target}: "${title}"; ${picture}`);
      complain(`the daemon's ${target}`, said);
    });
  }
}

await mkdir(options.pictures, { recursive: true });
const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
const server = await startServer({ ...options, modules });
await withBrowser(options.browser, async (context) => {
  const names = (await readdir(options.dashboards)).filter((name) => name.endsWith('.json')).sort();
  for (const name of names) {
    if (!options.only || name.startsWith(options.only)) await drawDashboard(context, server, name);
  }
  if (options.daemon) await drawDaemonPages(context);
});
server.stop();
process.exitCode = complaints === 0 ? 0 : 1;
