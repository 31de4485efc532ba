// Draws the dashboard that the address names: ?dashboard=overview.json&scrape=15 (seconds). Once the
// page is drawn, window.isDone() says so; what cannot be drawn is in window.sceneError.
import { createTheme, ThemeContext } from '@grafana/data';
import { config } from '@grafana/runtime';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { MemoryRouter } from 'react-router-dom';

import { setUpRuntime } from './grafana_runtime.js';
import { watchScene } from './panel_states.js';
import { sceneOf } from './scene.js';

function Page({ dashboard, scene }) {
  return (
    <div style={{ padding: '8px 16px 16px', minHeight: '100vh' }}>
      <h3 style={{ margin: '4px 0 8px' }}>{dashboard.title}</h3>
      <scene.Component model={scene} />
    </div>
  );
}

async function main() {
  const address = new URLSearchParams(window.location.search);
  const answer = await fetch(`/dashboards/${address.get('dashboard')}`);
  const dashboard = await answer.json();
  const theme = createTheme({ colors: { mode: address.get('theme') ?? 'dark' } });
  config.theme2 = theme;
  setUpRuntime();
  const scene = await sceneOf(dashboard);
  watchScene(scene, dashboard);
  createRoot(document.getElementById('root')).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <MemoryRouter>
        <Page dashboard={dashboard} scene={scene} />
      </MemoryRouter>
      <PortalContainer />
    </ThemeContext.Provider>);
}

main().catch((error) => {
  window.sceneError = String(error.stack ?? error);
  console.error(window.sceneError);
});
