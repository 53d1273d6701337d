import type { DemoExecution, DemoServer } from './demo-world.ts';
import type { Expected } from './scenarios.ts';

/** What became of a scenario. */
export interface Outcome {
  readonly scenario: string;
  readonly expected: Expected;
  readonly servers: readonly DemoServer[];
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

function complaintsOf({ expected, servers }: Outcome): string[] {
  const complaints = servers.flatMap((server) =>
    serverComplaints(expected, server).map((text) => `${server.uuid} ${text}`),
  );
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
  if (expected.cell !== undefined && server.cell !== expected.cell)
    complaints.push(`is in ${server.cell ?? 'no cell'}, not ${expected.cell}`);
  if (expected.attempts !== undefined && server.attempts !== expected.attempts)
    complaints.push(`took ${server.attempts} attempts, not ${expected.attempts}`);
  if (expected.fault !== undefined && !expected.fault.test(server.fault ?? ''))
    complaints.push(`has ${server.fault === null ? 'no fault' : `the fault "${server.fault}"`}`);
  return complaints;
}

const distinct = (names: readonly (string | null)[]): number => new Set(names.filter((name) => name !== null)).size;
