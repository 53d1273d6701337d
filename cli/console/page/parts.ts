import type { ComponentChildren, VNode } from 'preact';
import { html } from 'htm/preact';
import type { Asked } from './data.ts';

/** Anything that may stand in a cell of a table. */
type Cell = ComponentChildren;

/** Times and durations, as they stand in texts. */
const WHOLE = /(\d{4}-\d\d-\d\dT[\d:.]+Z|\d[\d.]* (?:s|min|h|d)(?: \d+ (?:s|min))?(?: ago)?)/gu;

/** A text that is broken into lines nowhere within a time or a duration. */
export const wholes = (text: string): ComponentChildren =>
  text.split(WHOLE).map((part, at) => (at % 2 === 1 ? html`<span class="whole">${part}</span>` : part));

/** A table with a caption for screen readers; without rows, a line that says so. */
export function table(
  caption: string,
  heading: readonly string[],
  rows: readonly (readonly Cell[])[],
  none = 'none',
): VNode {
  if (rows.length === 0) return html`<p class="none">${none}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption class="unseen">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heading.map((each) => html`<th scope="col">${each}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${typeof cell === 'string' ? wholes(cell) : cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A part of a page under a heading. */
export const section = (title: string, content: ComponentChildren): VNode =>
  html`<section>
    <h2>${title}</h2>
    ${content}
  </section>`;

/** What was asked for, once it is there; what went wrong stands above what was last known. */
export function shownOf<T>({ data, error }: Asked<T>, show: (data: T) => ComponentChildren): VNode {
  return html`${error !== undefined && html`<p class="error" role="alert">${error}</p>`}
  ${data === undefined ? error === undefined && html`<p class="none">asking …</p>` : show(data)}`;
}

const GOOD = new Set(['up', 'active', 'SUCCEEDED', 'Enabled']);
const BAD = new Set(['down', 'error', 'FAILED', 'TIMED_OUT', 'ABORTED', 'Disabled', 'no function']);

/** A state by its word; its colour says no more than the word does. */
export function badge(word: string): VNode {
  const kind = GOOD.has(word) ? 'good' : BAD.has(word) ? 'bad' : 'other';
  return html`<span class=${`badge ${kind}`}>${word}</span>`;
}

/** A link to another page of the console. */
export const link = (path: readonly string[], text: string): VNode =>
  html`<a href=${`#/${path.map(encodeURIComponent).join('/')}`}>${text}</a>`;

/** A dash where there is nothing. */
export const shown = (value: string | number | null | undefined): string =>
  value === null || value === undefined || value === '' ? '–' : String(value);

/** Milliseconds for people. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(seconds / 3600);
  return hours < 48 ? `${hours} h ${Math.floor((seconds % 3600) / 60)} min` : `${Math.floor(hours / 24)} d`;
}

/** How long ago a time was. */
export const ago = (time: string | null | undefined): string =>
  time === null || time === undefined ? '–' : `${duration(Date.now() - Date.parse(time))} ago`;
