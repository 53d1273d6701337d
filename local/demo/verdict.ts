import type { DemoExecution, DemoServer } from './demo-world.ts';
import type { Expected } from './scenario.ts';

/** What became of a scenario. */
export interface Outcome {
  readonly scenario: string;
  readonly expected: Expected;
  readonly servers: readonly DemoServer[];
  /** Why it could not be played to its end. */
  readonly trouble?: string;
}

/** Whether everything went as it should, and what did not. */
export interface Verdict {
  readonly exitCode: 0 | 1;
  /** One line for each thing that is not as expected. */
  readonly complaints: readonly string[];
}

/** Compares what was expected with what became of it; an execution that failed, or still runs, is never expected. */
export function verdict(outcomes: readonly Outcome[], executions: readonly DemoExecution[]): Verdict {
  const complaints = [
    ...outcomes.flatMap((outcome) => complaintsOf(outcome).map((text) => `${outcome.scenario}: ${text}`)),
    ...executions
      .filter(({ status }) => status !== 'SUCCEEDED')
      .map(({ workflow, name, status }) => `execution ${workflow} ${name} is ${status}`),
  ];
  return { exitCode: complaints.length === 0 ? 0 : 1, complaints };
}

function complaintsOf({ expected, servers, trouble }: Outcome): string[] {
  const complaints = servers.flatMap((server) =>
    [...serverComplaints(expected, server), ...placeComplaints(expected, server)].map(
      (text) => `${server.uuid} ${text}`,
    ),
  );
  if (trouble !== undefined) complaints.unshift(trouble);
  if (servers.length === 0) complaints.push('there are no servers');
  const { cells = 0, hosts = 0 } = expected;
  const cellsFound = distinct(servers.map(({ cell }) => cell));
  const hostsFound = distinct(servers.map(({ host }) => host));
  if (cellsFound < cells) complaints.push(`its servers are in ${cellsFound} of ${cells} cells`);
  if (hostsFound < hosts) complaints.push(`its servers are on ${hostsFound} of ${hosts} hosts`);
  return complaints;
}

function serverComplaints(expected: Expected, server: DemoServer): string[] {
  const complaints: string[] = [];
  if (server.state !== expected.state) complaints.push(`is ${server.state}, not ${expected.state}`);
  const task = expected.taskState ?? null;
  if (server.taskState !== task)
    complaints.push(`has the task_state ${server.taskState ?? 'null'}, not ${task ?? 'null'}`);
  if (expected.attempts !== undefined && server.attempts !== expected.attempts)
    complaints.push(`took ${server.attempts} attempts, not ${expected.attempts}`);
  if (expected.fault !== undefined && !expected.fault.test(server.fault ?? ''))
    complaints.push(`has ${server.fault === null ? 'no fault' : `the fault "${server.fault}"`}`);
  if (expected.migration !== undefined && server.migration !== expected.migration)
    complaints.push(
      `has ${server.migration === null ? 'no migration' : `a migration that is ${server.migration}`}, not ${expected.migration}`,
    );
  if (expected.flavor !== undefined && server.flavor !== expected.flavor)
    complaints.push(`has the flavor ${server.flavor ?? 'null'}, not ${expected.flavor}`);
  return complaints;
}

/** A server that is on a host holds resources there and runs there, and nowhere else; one without a host nowhere. */
function placeComplaints(expected: Expected, { cell, host, holds, runsOn }: DemoServer): string[] {
  const complaints: string[] = [];
  if (expected.cell !== undefined && cell !== expected.cell)
    complaints.push(`is in ${cell ?? 'no cell'}, not ${expected.cell}`);
  if (expected.host !== undefined && host !== expected.host)
    complaints.push(`is on ${host ?? 'no host'}, not ${expected.host}`);
  if (expected.left !== undefined && (host === null || host === expected.left))
    complaints.push(`is on ${host ?? 'no host'}, not elsewhere`);
  const here = host ?? 'no host';
  const [claimed, running] = [holds, runsOn].map((hosts) => (hosts.length === 0 ? 'no host' : hosts.join(' and ')));
  if (claimed !== here) complaints.push(`holds resources on ${claimed}, but is on ${here}`);
  if (running !== here) complaints.push(`runs on ${running}, but is on ${here}`);
  return complaints;
}

const distinct = (names: readonly (string | null)[]): number => new Set(names.filter((name) => name !== null)).size;
