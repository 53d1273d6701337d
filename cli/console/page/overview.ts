import type { VNode } from 'preact';
import { html } from 'htm/preact';
import type { DeadLetterQueue, Execution, Host, Intake, Server } from './answers.ts';
import { useLive } from './data.ts';
import { ago, badge, link, section, shown, shownOf, table } from './parts.ts';

/** Whether messages are taken, hosts live, and operations come to an end. */
export function Overview(): VNode {
  const intakes = useLive<Intake[]>('intakes');
  const hosts = useLive<Host[]>('hosts');
  const executions = useLive<Execution[]>('executions');
  const waiting = useLive<Server[]>('waiting');
  const letters = useLive<DeadLetterQueue[]>('dead-letters');
  return html`<h1>Overview</h1>
    <div class="tiles">
      ${section('Servers that wait longest', shownOf(waiting, waitingTable))}
      ${section('Intake', shownOf(intakes, intakeTable))} ${section('Hosts by cell', shownOf(hosts, cellTable))}
      ${section('Newest executions by workflow', shownOf(executions, workflowTable))}
      ${section('Dead letters', shownOf(letters, letterTable))}
    </div>`;
}

const waitingTable = (servers: readonly Server[]): VNode =>
  table(
    'Servers that wait longest',
    ['server', 'state', 'task', 'changed', 'waits for'],
    servers.map((server) => [
      link(['servers', server.uuid], server.name ?? server.uuid),
      badge(server.vmState),
      shown(server.taskState),
      ago(server.updatedAt),
      shown(server.owners.map((owner) => owner.split('/')[0]).join(', ')),
    ]),
    'no server waits',
  );

const intakeTable = (intakes: readonly Intake[]): VNode =>
  table(
    'Queues and whether they are taken from',
    ['queue', 'intake', 'waiting', 'in hand', 'oldest (s)'],
    intakes.map(({ queue, state, waiting, inFlight, oldestSeconds }) => [
      queue,
      badge(state),
      shown(waiting),
      shown(inFlight),
      shown(oldestSeconds),
    ]),
    'no queue',
  );

const count = (hosts: readonly Host[], service: string): number =>
  hosts.filter((host) => host.service === service).length;

function cellTable(hosts: readonly Host[]): VNode {
  const cells = [...Map.groupBy(hosts, ({ cell }) => cell)];
  return table(
    'Hosts of each cell by liveness',
    ['cell', 'hosts', 'up', 'down', 'unknown', 'unregistered', 'disabled', 'servers'],
    cells.map(([cell, some]) => [
      cell,
      some.length,
      ...['up', 'down', 'unknown', 'unregistered'].map((service) => count(some, service)),
      some.filter(({ disabled }) => disabled).length,
      some.reduce((sum, { servers }) => sum + servers, 0),
    ]),
    'no host',
  );
}

const OUTCOMES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

function workflowTable(executions: readonly Execution[]): VNode {
  const workflows = [...Map.groupBy(executions, ({ workflow }) => workflow)];
  return table(
    'Newest executions of each workflow by outcome',
    ['workflow', ...OUTCOMES.map((outcome) => outcome.toLowerCase().replace('_', ' '))],
    workflows.map(([workflow, some]) => [
      workflow,
      ...OUTCOMES.map((outcome) => some.filter(({ status }) => status === outcome).length),
    ]),
    'no execution',
  );
}

const letterTable = (queues: readonly DeadLetterQueue[]): VNode =>
  table(
    'Dead letters by queue',
    ['queue', 'dead letters'],
    queues
      .filter(({ messages }) => messages > 0)
      .map(({ queue, messages }) => [link(['dead-letters', queue], queue), messages]),
    'no dead letter',
  );
