import type { VNode } from 'preact';
import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { Course, Server, ServerDetails } from './answers.ts';
import { useLive } from './data.ts';
import { amountsText } from '../../output/amounts.ts';
import { Machine } from './machine.ts';
import { ago, badge, link, section, shown, shownOf, table, wholes } from './parts.ts';

const STATES = ['', 'transition', 'active', 'building', 'error', 'stopped', 'resized', 'shelved_offloaded', 'deleted'];

/** Servers, the last changed first, with a search by name, host and state. */
export function Servers(): VNode {
  const [search, setSearch] = useState({ name: '', host: '', state: '' });
  const found = useLive<Server[]>(`servers?${new URLSearchParams(search).toString()}`);
  const typed = (field: string) => (event: Event) => {
    const { target } = event;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement)
      setSearch((last) => ({ ...last, [field]: target.value }));
  };
  return html`<h1>Servers</h1>
    <form role="search" onSubmit=${(event: Event) => event.preventDefault()}>
      <label>Name <input type="search" value=${search.name} onInput=${typed('name')} /></label>
      <label>Host <input type="search" value=${search.host} onChange=${typed('host')} /></label>
      <label>
        State
        <select value=${search.state} onChange=${typed('state')}>
          ${STATES.map((state) => html`<option value=${state}>${state === '' ? 'any' : state}</option>`)}
        </select>
      </label>
    </form>
    ${shownOf(found, (servers) =>
      table(
        'Servers, the last changed first',
        ['server', 'uuid', 'cell', 'host', 'state', 'task', 'changed'],
        servers.map((server) => [
          link(['servers', server.uuid], server.name ?? server.uuid),
          html`<code>${server.uuid}</code>`,
          shown(server.cell),
          server.host === null ? '–' : link(['hosts', server.host], server.host),
          badge(server.vmState),
          shown(server.taskState),
          ago(server.updatedAt),
        ]),
        'no server',
      ),
    )}`;
}

/** What has happened to one server, beside where its execution stands. */
export function ServerPage({ uuid }: { readonly uuid: string }): VNode {
  const server = useLive<ServerDetails>(`servers/${uuid}`);
  const course = useLive<Course>(`servers/${uuid}/execution`);
  return html`<h1>Server ${server.data?.name ?? uuid}</h1>
    <div class="beside">
      <div>${section('What it is', shownOf(server, facts))} ${section('Timeline', shownOf(server, moments))}</div>
      <div>
        ${section(
          'Execution',
          shownOf(course, (data) => html`<${Machine} course=${data} />`),
        )}
      </div>
    </div>`;
}

const facts = (server: ServerDetails): VNode =>
  html`<dl>
    <dt>uuid</dt>
    <dd><code>${server.uuid}</code></dd>
    <dt>state</dt>
    <dd>${badge(server.vmState)} ${server.taskState}</dd>
    <dt>where</dt>
    <dd>${shown(server.cell)}, host ${shown(server.host)}</dd>
    <dt>changed</dt>
    <dd>${wholes(ago(server.updatedAt))}</dd>
    <dt>claims</dt>
    <dd>
      ${Object.entries(server.claims ?? {}).map(
        ([provider, amounts]) => html`<div>${shown(server.providers?.[provider])}: ${amountsText(amounts)}</div>`,
      )}
    </dd>
  </dl>`;

const moments = ({ timeline = [] }: ServerDetails): VNode =>
  table(
    'What has happened to it',
    ['time', 'what', 'host', ''],
    timeline.map(({ at, what, host, text }) => [at, what, shown(host), text]),
    'nothing has happened to it',
  );
