import type { Command } from 'commander';
import { answering, type Cli } from '#cli/output/answering';
import { auditFacts } from './audit-facts.ts';
import { audit } from './audit-rules.ts';
import { columns } from '#cli/output/columns';
import { EXIT } from '#cli/deployment/failure';
import { forPrograms, type Finding } from './finding.ts';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

/** `audit`: reads all tables and tells what does not fit together; it changes nothing. */
export function addAudit(program: Command, cli: Cli): void {
  const command = program
    .command('audit')
    .description(`Compare all tables with each other; exits with ${EXIT.findings} when something is found`);
  answering(command, cli, async ({ target }) => {
    const findings = await findingsOf(target);
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

/**
 * Findings that hold on a second look: while the first one reads, servers come and go, and what is in between looks odd
 * for a moment.
 */
export async function findingsOf(target: DeploymentTarget): Promise<Finding[]> {
  const first = audit(await auditFacts(target));
  if (first.length === 0) return [];
  const again = new Set(audit(await auditFacts(target)).map(identity));
  return first.filter((finding) => again.has(identity(finding)));
}

const identity = ({ rule, subject, text }: Finding): string => `${rule}\n${subject}\n${text}`;
