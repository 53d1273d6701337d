import type { VNode } from 'preact';
import { html, render } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { About } from './answers.ts';
import { enter, messageOf, useLive } from './data.ts';
import { DeadLetterPage, DeadLetters } from './dead-letters.ts';
import { Findings } from './findings.ts';
import { HostPage, Hosts } from './hosts.ts';
import { Overview } from './overview.ts';
import { ServerPage, Servers } from './servers.ts';

const PAGES: readonly (readonly [path: string, title: string])[] = [
  ['', 'Overview'],
  ['servers', 'Servers'],
  ['hosts', 'Hosts'],
  ['dead-letters', 'Dead letters'],
  ['audit', 'Audit'],
];

const wordsOf = (hash: string): string[] => hash.replace(/^#\/?/u, '').split('/').map(decodeURIComponent);

/** The frame of every page: where one is, and where one may go. */
function Console(): VNode {
  const [words, setWords] = useState(wordsOf(location.hash));
  const main = useRef<HTMLElement>(null);
  const about = useLive<About>('about');
  useEffect(() => {
    const turn = (): void => {
      setWords(wordsOf(location.hash));
      // Whoever listens to the page hears that it is another one.
      main.current?.focus();
    };
    window.addEventListener('hashchange', turn);
    return () => window.removeEventListener('hashchange', turn);
  }, []);
  const [noun = ''] = words;
  return html`<header>
      <strong>Conductor</strong>
      <nav aria-label="Pages">
        ${PAGES.map(
          ([path, title]) =>
            html`<a href=${`#/${path}`} aria-current=${path === noun ? 'page' : undefined}>${title}</a>`,
        )}
      </nav>
      <span class="about">
        ${about.data &&
        `${about.data.deployment} at ${about.data.endpoint}, ${about.data.changes ? 'may change' : 'reads only'}`}
      </span>
    </header>
    <main tabindex="-1" ref=${main}>
      ${about.error !== undefined && html`<p class="error" role="alert">${about.error}</p>`}
      ${about.data !== undefined && pageOf(words, about.data.changes)}
    </main>`;
}

function pageOf([noun = '', name = '']: readonly string[], changes: boolean): VNode {
  if (noun === 'servers') return name === '' ? html`<${Servers} />` : html`<${ServerPage} uuid=${name} key=${name} />`;
  if (noun === 'hosts') return name === '' ? html`<${Hosts} />` : html`<${HostPage} host=${name} key=${name} />`;
  if (noun === 'dead-letters')
    return name === ''
      ? html`<${DeadLetters} />`
      : html`<${DeadLetterPage} queue=${name} changes=${changes} key=${name} />`;
  if (noun === 'audit') return html`<${Findings} changes=${changes} />`;
  return html`<${Overview} />`;
}

const root = document.getElementById('console');
if (root !== null) {
  try {
    await enter();
    render(html`<${Console} />`, root);
  } catch (error) {
    render(html`<main><p class="error" role="alert">${messageOf(error)}</p></main>`, root);
  }
}
