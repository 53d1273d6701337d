import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

/** The browser of the system: nothing is downloaded. */
const CHROMIUM = '/usr/bin/chromium';

/** Whether pages are to be looked at, and can be: `npm run test:console`. */
export const HAS_CHROMIUM = process.env['CONSOLE_PAGES'] === '1' && existsSync(CHROMIUM);

/** How a page is looked at. */
export interface Look {
  readonly colorScheme?: 'light' | 'dark';
  /** In pixels. @default 1280 */
  readonly width?: number;
}

/** A page in a browser, with what it asked for and complained of. */
export interface Opened {
  readonly page: Page;
  /** Addresses of all requests. */
  readonly requests: string[];
  /** Errors that the browser wrote down, refused resources among them. */
  readonly complaints: string[];
}

/** Starts the browser, which reaches for nothing by itself. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });

/** Opens an address in a context of its own, which has no cookies of others. */
export async function openPage(browser: Browser, url: string, look: Look = {}): Promise<Opened> {
  const { colorScheme = 'light', width = 1280 } = look;
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, locale: 'en-GB' });
  const page = await context.newPage();
  const [requests, complaints]: [string[], string[]] = [[], []];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') complaints.push(line.text());
  });
  await page.goto(url);
  return { page, requests, complaints };
}
