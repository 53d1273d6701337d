import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HAS_CHROMIUM, openPage, startChromium, type Opened } from './chromium.ts';
import { serveConsole, type ServedConsole } from './served-console.ts';
import { shownWorld, type ShownWorld } from './shown-world.ts';

const PATIENCE = { timeout: 60_000 };

/** Times, durations, and ids that stand alone, which take more than one line each; it is run by the browser. */
const BROKEN_TEXTS = `(() => {
  const whole = /\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z|[\\d.]+ (?:s|min|h|d) ago|^[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}$/gu;
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const broken = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    for (const { 0: text, index } of node.data.matchAll(whole)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + text.length);
      if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(text);
    }
  }
  return broken;
})()`;

if (!HAS_CHROMIUM)
  console.warn('the pages of the console are not looked at: npm run test:console does, with /usr/bin/chromium');

describe.skipIf(!HAS_CHROMIUM)('the pages of the console in Chromium', { timeout: 120_000 }, () => {
  let shown: ShownWorld;
  let browser: Browser;
  let served: ServedConsole;
  let opened: Opened;

  beforeAll(async () => {
    shown = await shownWorld();
    browser = await startChromium();
    served = await serveConsole(shown.local, '--allow-changes');
    opened = await openPage(browser, served.url.href);
  }, 120_000);
  afterAll(async () => {
    await served.end();
    await browser.close();
    await shown.local.stop();
  });

  /** Goes to a page of the console as a link does. */
  const goTo = async (path: string): Promise<void> => {
    await opened.page.goto(`${served.url.origin}/#/${path}`);
  };

  it('take the token out of the address, and show what waits, by polling', async () => {
    const { page } = opened;

    await page.getByRole('link', { name: 'slow-db' }).waitFor(PATIENCE);

    const network = page.getByRole('row', { name: /^network / }).locator('.badge');
    await network.waitFor(PATIENCE);

    expect(await network.getAttribute('class')).toBe('badge other');
    expect(page.url()).toBe(`${served.url.origin}/#/`);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Overview');
    expect(await page.evaluate('document.cookie')).toBe('');
  });

  it('are no use to a second browser with the same address', async () => {
    const { page } = await openPage(browser, served.url.href);

    const alert = await page.getByRole('alert').first().innerText();

    expect(alert).toContain('start conductor console again');
    await page.context().close();
  });

  it('can be walked by the keyboard, and say which page one is on', async () => {
    const { page } = opened;
    await goTo('');

    await page.getByRole('link', { name: 'Servers', exact: true }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Servers' }).waitFor(PATIENCE);

    expect(await page.getByRole('link', { name: 'Servers', exact: true }).getAttribute('aria-current')).toBe('page');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN');
  });

  it('find a server by its name, and show where its execution stands', async () => {
    const { page } = opened;
    await goTo('servers');
    await page.getByRole('searchbox', { name: 'Name' }).fill('SLOW');
    await page.getByRole('cell', { name: 'web-1' }).waitFor({ state: 'detached' });

    await page.getByRole('link', { name: 'slow-db' }).click();
    const drawing = page.getByRole('img', { name: 'State machine launch: RUNNING, stands in Build on host' });
    await drawing.waitFor(PATIENCE);

    expect(await drawing.locator('.here').textContent()).toContain('▶ Build on host');
    expect(await page.getByRole('table', { name: 'What has happened to it' }).innerText()).toContain('create');
  });

  it('show what is claimed of a host, and why it gets no work', async () => {
    const { page } = opened;
    await shown.local.conductor("host disable host1 --reason 'new disks'");

    await goTo('hosts/host1');
    const meter = page.getByRole('meter', { name: /of \d+ VCPU claimed$/u });
    await meter.waitFor(PATIENCE);

    expect(Number(await meter.getAttribute('max'))).toBeGreaterThan(0);
    await page.getByText('no: new disks').waitFor(PATIENCE);
    await shown.local.conductor('host enable host1');
    await page.getByText('no: new disks').waitFor({ ...PATIENCE, state: 'detached' });
  });

  it('send a dead letter back and say so', async () => {
    const { page } = opened;
    await goTo('dead-letters/compute-task');
    await page.getByRole('cell', { name: 'MalformedMessage' }).waitFor(PATIENCE);

    await page.getByRole('button', { name: /^Redrive / }).click();
    await page.getByText('went back to compute-task').waitFor(PATIENCE);

    expect(await page.getByRole('status').innerText()).toMatch(/^[\w-]+ went back to compute-task$/u);
  });

  it('heal nothing before a dry run was seen, and say what was mended', async () => {
    const { page } = opened;
    await goTo('audit');
    const heal = page.getByRole('button', { name: 'Heal', exact: true });
    await heal.waitFor(PATIENCE);
    const before = await heal.isDisabled();

    await page.getByRole('button', { name: 'Heal: dry run' }).click();
    await page.getByRole('cell', { name: 'would be mended (recount-quota)' }).waitFor(PATIENCE);
    const found = await page.getByRole('cell', { name: 'is counted' }).innerText();
    await heal.click();
    await page.getByText('heal: 1 finding', { exact: true }).waitFor(PATIENCE);

    expect(before).toBe(true);
    expect(found).toMatch(/^project \S+ is counted \d+ instances, .* and uses /u);
    expect(await page.getByRole('cell', { name: 'mended (recount-quota)', exact: true }).count()).toBe(1);
    expect(await heal.isDisabled()).toBe(true);
  });

  it.each([
    ['servers', 'Servers, the last changed first'],
    ['hosts', 'Hosts'],
    ['dead-letters/compute-task', 'Dead letters of compute-task'],
    ['servers/slow-db', 'What has happened to it'],
  ])('break no time, duration or id over two lines, however narrow the window is: %s', async (path, name) => {
    await shown.local.target(true).queueAdmin.send('compute-task-dlq', 'no envelope', { reason: 'MalformedMessage' });
    const reading = await serveConsole(shown.local);
    const { page } = await openPage(browser, reading.url.href, { width: 400 });
    await page.getByRole('link', { name: 'slow-db' }).waitFor(PATIENCE);

    await page.goto(`${reading.url.origin}/#/${path.replace('slow-db', shown.servers.get('slow-db') ?? '')}`);
    await page.getByRole('table', { name }).waitFor(PATIENCE);
    const broken = await page.evaluate(BROKEN_TEXTS);
    const wider = await page.evaluate('document.documentElement.scrollWidth > innerWidth');

    expect({ broken, wider }).toEqual({ broken: [], wider: false });
    await page.context().close();
    await reading.end();
  });

  it('has room for the whole timeline of a server beside its state machine', async () => {
    const { page } = opened;
    await goTo(`servers/${shown.servers.get('slow-db') ?? ''}`);
    await page.getByRole('table', { name: 'What has happened to it' }).waitFor(PATIENCE);

    const cut = await page.evaluate(
      `[...document.querySelectorAll('table')].filter((each) => each.offsetWidth > each.parentElement.clientWidth).length`,
    );

    expect(cut).toBe(0);
  });

  it.each(['light', 'dark'] as const)('are %s where the system is, and fit on a narrow screen', async (colorScheme) => {
    const reading = await serveConsole(shown.local);
    const { page } = await openPage(browser, reading.url.href, { colorScheme, width: 400 });
    await page.getByRole('link', { name: 'slow-db' }).waitFor(PATIENCE);

    const background = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
    const wider = await page.evaluate('document.documentElement.scrollWidth > innerWidth');

    expect(background).toBe(colorScheme === 'light' ? 'rgb(246, 247, 249)' : 'rgb(20, 23, 28)');
    expect(wider).toBe(false);
    await page.context().close();
    await reading.end();
  });

  it('offer no change where the console only reads', async () => {
    const reading = await serveConsole(shown.local);
    const { page } = await openPage(browser, reading.url.href);
    await page.getByRole('link', { name: 'Audit' }).click();

    await page.getByRole('button', { name: 'Heal: dry run' }).waitFor(PATIENCE);

    expect(await page.getByRole('button', { name: 'Heal', exact: true }).count()).toBe(0);
    await page.context().close();
    await reading.end();
  });

  it('load nothing from elsewhere, and the browser has nothing to complain of', () => {
    const { requests, complaints } = opened;

    const elsewhere = requests.filter((url) => !url.startsWith(`${served.url.origin}/`) && !url.startsWith('data:'));

    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
