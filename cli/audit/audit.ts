import type { Command } from 'commander';
import { answering, type Cli } from '#cli/output/answering';
import { auditFacts, type AuditTarget } from './audit-facts.ts';
import { audit } from './audit-rules.ts';
import { columns } from '#cli/output/columns';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { intakesOf } from '#cli/queues/intake';
import { openIntakes } from './audit-restore.ts';
import { forPrograms, type AuditOptions, type Finding } from './finding.ts';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

/** `audit`: reads all tables and reports what does not fit together; it changes nothing. */
export function addAudit(program: Command, cli: Cli): void {
  const command = program
    .command('audit')
    .description(`Compare all tables with each other; exits with ${EXIT.findings} when something is found`);
  addAfterRestore(command);
  answering(command, cli, async ({ target, flag }) => {
    const findings = await findingsOf(target, await auditOptions(target, flag));
    return {
      data: findings.map(forPrograms),
      exitCode: findings.length === 0 ? EXIT.done : EXIT.findings,
      lines: [
        columns(
          ['rule', 'what', 'what to do'],
          findings.map(({ rule, text, advice }) => [rule, text, advice]),
          'everything fits together',
        ),
      ],
    };
  });
}

/** The option of `audit` and `heal` for tables that were restored. */
export const addAfterRestore = (command: Command): Command =>
  command.option('--after-restore', 'of tables that were restored, while every intake is paused: look for more');

/** @throws CommandFailure after a restore, while anybody is heard: a compute that calls goes by what is wrong */
export async function auditOptions(
  target: Pick<DeploymentTarget, 'eventSources' | 'queueAdmin'>,
  flag: (name: string) => boolean,
): Promise<AuditOptions> {
  if (!flag('afterRestore')) return {};
  const open = openIntakes(await intakesOf(target));
  if (open.length > 0)
    throw new CommandFailure(
      `${open.join(', ')} is taken from: conductor intake pause QUEUE first, until all is healed`,
    );
  return { afterRestore: true };
}

/**
 * Findings that hold on a second look: while the first one reads, servers come and go, and what is in between looks odd
 * for a moment.
 */
export async function findingsOf(target: AuditTarget, options: AuditOptions = {}): Promise<Finding[]> {
  const first = audit(await auditFacts(target), options);
  if (first.length === 0) return [];
  const again = new Set(audit(await auditFacts(target), options).map(identity));
  return first.filter((finding) => again.has(identity(finding)));
}

const identity = ({ rule, subject, text }: Finding): string => `${rule}\n${subject}\n${text}`;
