import type { VNode } from 'preact';
import { html } from 'htm/preact';
import type { Host, HostDetails, Server } from './answers.ts';
import { useLive } from './data.ts';
import { ago, badge, duration, link, section, shown, shownOf, table, wholes } from './parts.ts';

/** Hosts with the state of their compute services. */
export function Hosts(): VNode {
  const hosts = useLive<Host[]>('hosts');
  return html`<h1>Hosts</h1>
    ${shownOf(hosts, (rows) =>
      table(
        'Hosts',
        ['host', 'cell', 'service', 'enabled', 'last seen', 'servers', 'orders waiting', 'why'],
        rows.map((row) => [
          link(['hosts', row.host], row.host),
          row.cell,
          badge(row.service),
          row.disabled ? 'no' : 'yes',
          row.seenAgo === null ? '–' : `${duration(row.seenAgo)} ago`,
          row.servers,
          shown(row.waiting),
          row.reason,
        ]),
        'no host',
      ),
    )}`;
}

/** One host with what may be claimed of it, what is, and by which servers. */
export function HostPage({ host }: { readonly host: string }): VNode {
  const details = useLive<HostDetails>(`hosts/${encodeURIComponent(host)}`);
  const servers = useLive<Server[]>(`servers?${new URLSearchParams({ host }).toString()}`);
  return html`<h1>Host ${host}</h1>
    ${section('What it is', shownOf(details, facts))}
    ${section(
      'Capacity and claims',
      shownOf(details, ({ resources }) =>
        table(
          'Capacity and claims',
          ['provider', 'resource class', 'capacity', 'claimed', 'free', ''],
          resources.flatMap(({ provider, capacity, free }) =>
            Object.entries(capacity).map(([name, most]) => {
              const left = free[name] ?? 0;
              const label = `${most - left} of ${most} ${name} claimed`;
              return [
                html`<code>${provider}</code>`,
                name,
                most,
                most - left,
                left,
                html`<meter min="0" max=${most} value=${most - left} aria-label=${label}></meter>`,
              ];
            }),
          ),
          'no capacity is known',
        ),
      ),
    )}
    ${section(
      'Servers',
      shownOf(servers, (rows) =>
        table(
          'Servers of this host',
          ['server', 'state', 'task'],
          rows.map((row) => [
            link(['servers', row.uuid], row.name ?? row.uuid),
            badge(row.vmState),
            shown(row.taskState),
          ]),
          'no server',
        ),
      ),
    )}`;
}

const facts = (host: HostDetails): VNode =>
  html`<dl>
    <dt>cell</dt>
    <dd>${host.cell}</dd>
    <dt>service</dt>
    <dd>${badge(host.liveness)} ${wholes(host.reason)}</dd>
    <dt>last seen</dt>
    <dd>${wholes(ago(host.lastSeen))}</dd>
    <dt>enabled</dt>
    <dd>${host.disabled ? `no${host.disabledReason === null ? '' : `: ${host.disabledReason}`}` : 'yes'}</dd>
    <dt>declared</dt>
    <dd>${wholes(shown(declaredOf(host)))}</dd>
    <dt>servers</dt>
    <dd>
      ${host.servers}, with ${host.inFlight.length} ${host.inFlight.length === 1 ? 'operation' : 'operations'} in flight
    </dd>
    <dt>orders</dt>
    <dd>${shown(host.waiting)} waiting</dd>
  </dl>`;

const declaredOf = ({ declared }: HostDetails): string | null =>
  declared && `${declared.down ? 'dead' : 'alive'} by ${declared.by} at ${declared.at}: ${declared.reason}`;
