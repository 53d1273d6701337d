import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPage, startChromium, type Look } from './chromium.ts';
import { serveConsole } from './served-console.ts';
import { shownWorld } from './shown-world.ts';

/** Takes the pictures of docs/console from a world on this machine: `npm run pictures`. */
const FOLDER = fileURLToPath(new URL('../../../docs/console/', import.meta.url));

const { local, servers } = await shownWorld();
const browser = await startChromium();
mkdirSync(FOLDER, { recursive: true });

/** A picture of the page at a path, once this text stands in it. */
async function take(file: string, path: string, text: string, look: Look = {}): Promise<void> {
  const served = await serveConsole(local, '--allow-changes');
  const { page } = await openPage(browser, served.url.href, look);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.goto(`${served.url.origin}/#/${path}`);
  if (path === 'audit') await page.getByRole('button', { name: 'Heal: dry run' }).click();
  await page.getByText(text).first().waitFor({ timeout: 60_000 });
  await page.getByText('asking …').first().waitFor({ state: 'detached' });
  await page.screenshot({ path: join(FOLDER, file), fullPage: true });
  await page.context().close();
  await served.end();
}

try {
  await take('servers.png', 'servers', 'spawning');
  await take('overview.png', '', 'slow-db');
  await take('overview-dark.png', '', 'slow-db', { colorScheme: 'dark' });
  await take('server.png', `servers/${servers.get('slow-db')}`, '▶');
  await take('server-dark.png', `servers/${servers.get('web-1')}`, 'SUCCEEDED', { colorScheme: 'dark' });
  await take('host.png', 'hosts/host1', 'VCPU');
  await take('dead-letters.png', 'dead-letters/compute-task', 'MalformedMessage');
  await take('audit.png', 'audit', 'dry run:');
} finally {
  await browser.close();
  await local.stop();
}
// The server that is being spawned keeps its host busy for longer than anybody waits.
process.exit();
