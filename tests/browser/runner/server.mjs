// What the browser talks to: the app, the dashboards, the way to Prometheus and to the store.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';

const kTypes = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css',
  '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2',
};

// What Grafana's server keeps under /public, and the package that brings it.
const kGrafanaFiles = {
  '/public/build/img/': '@grafana/ui/dist/public/img',
  '/public/fonts/inter/': '@fontsource/inter/files',
  '/public/fonts/roboto/': '@fontsource/roboto-mono/files',
};
const kWeights = { Light: 300, Regular: 400, Medium: 500, Bold: 700 };

// "Inter-Medium.woff2" is called otherwise in its package.
function nameIn(pathname, prefix) {
  const name = pathname.slice(prefix.length);
  const font = /^(Inter|RobotoMono)-(\w+)\.woff2$/.exec(name);
  if (!font) return name;
  const family = font[1] === 'Inter' ? 'inter' : 'roboto-mono';
  return `${family}-latin-${kWeights[font[2]] ?? 400}-normal.woff2`;
}

// Grafana builds some icons into itself, and no package brings them.
const kNoIcon = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"></svg>';

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

async function sendFile(response, folder, name) {
  const file = path.join(folder, path.normalize(`/${name}`));
  const bytes = await readFile(file).catch(() => (file.includes('/icons/') ? kNoIcon : null));
  response.writeHead(bytes ? 200 : 404,
    { 'Content-Type': kTypes[path.extname(file)] ?? 'application/octet-stream' });
  response.end(bytes ?? 'no such file');
}

function passOn(request, response, body, base) {
  const target = new URL(request.url.replace(/^\/prometheus/, ''), base);
  const passed = http.request(target, { method: request.method,
    headers: { 'Content-Type': request.headers['content-type'] ?? '', 'Content-Length': body.length },
  }, (answer) => {
    response.writeHead(answer.statusCode, { 'Content-Type': 'application/json' });
    answer.pipe(response);
  });
  passed.on('error', (error) => {
    response.writeHead(502);
    response.end(JSON.stringify({ status: 'error', error: `Prometheus: ${error.message}` }));
  });
  passed.end(body);
}

// Reads only: the daemon is the one writer of its store.
function runSql(response, sql, database) {
  const child = spawn('sqlite3', ['-readonly', '-json', '-bail', database]);
  const out = [];
  const err = [];
  child.stdout.on('data', (part) => out.push(part));
  child.stderr.on('data', (part) => err.push(part));
  child.on('close', (code) => {
    response.writeHead(code === 0 ? 200 : 400, { 'Content-Type': 'application/json' });
    response.end(Buffer.concat(code === 0 ? out : err));
  });
  child.stdin.end(`${sql.toString().replace(/;\s*$/, '')};\n`);
}

// `options`: { app, dashboards, modules: folders; prometheus: its address; database: a file }.
export async function startServer(options) {
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const body = await bodyOf(request);
    if (pathname.startsWith('/prometheus/')) return passOn(request, response, body, options.prometheus);
    if (pathname === '/sqlite') return runSql(response, body, options.database);
    if (pathname.startsWith('/dashboards/')) {
      return sendFile(response, options.dashboards, pathname.slice('/dashboards/'.length));
    }
    for (const [prefix, folder] of Object.entries(kGrafanaFiles)) {
      if (pathname.startsWith(prefix)) {
        return sendFile(response, path.join(options.modules, folder), nameIn(pathname, prefix));
      }
    }
    return sendFile(response, options.app, pathname === '/' ? 'index.html' : pathname);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}
