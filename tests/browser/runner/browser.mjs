// Debian's Chromium, without a screen and without any talk of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { chromium } from 'playwright-core';

// For a machine that has much else to do.
export const kPatienceMs = 300_000;

const kFlags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--force-color-profile=srgb', '--font-render-hinting=none',
];

// `use(context)` with the browser at `program`, which knows nothing of earlier runs.
export async function withBrowser(program, use) {
  const profile = await mkdtemp(path.join(os.tmpdir(), 'logtally-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: program, headless: true, args: kFlags,
    viewport: { width: 1600, height: 1000 }, timezoneId: 'UTC', locale: 'en-US',
  });
  try {
    return await use(context);
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}

// Opens `url`, notes what goes wrong on the page, and hands both to `use(page, complaints)`. For the
// page it is always `nowUnix`: data that ended yesterday are drawn as they were then.
export async function withPage(context, url, nowUnix, use) {
  const page = await context.newPage();
  if (nowUnix) await page.clock.setFixedTime(new Date(nowUnix * 1000));
  const complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.stack ?? error}`));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // The page itself gave up what it no longer wants: an icon of a state that is over.
    if (why !== 'net::ERR_ABORTED') complaints.push(`request: ${request.url()}: ${why}`);
  });
  try {
    await page.goto(url, { timeout: kPatienceMs });
    return await use(page, complaints);
  } finally {
    await page.close();
  }
}

// Everything that the page holds, not only what fits the window.
export async function screenshot(page, file) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: 1600, height: Math.max(400, Math.min(height, 16000)) });
  // Fonts and icons come after the rest.
  await page.waitForLoadState('networkidle', { timeout: kPatienceMs });
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => new Promise((resolve) =>
    requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.screenshot({ path: file, animations: 'disabled', timeout: kPatienceMs });
}
