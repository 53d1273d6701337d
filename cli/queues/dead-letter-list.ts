import type { Command } from 'commander';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { columns, shown } from '#cli/output/columns';
import { deadLetter, deadLetterQueue, withDeadLetters } from '#cli/inventory/dead-letters';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

/** `dead-letter list [QUEUE]`: how many lie where, or the messages of one queue with their reasons. */
export function addDeadLetterList(parent: Command, cli: Cli): void {
  const command = parent
    .command('list')
    .description('List dead-letter queues, or the messages of one')
    .argument('[queue]', 'compute-task, conductor, cell-…-conductor, network');
  answering(command, cli, ({ target, args: [queue] }) =>
    queue === undefined ? listQueues(target) : listMessages(target, queue),
  );
}

async function listQueues(target: DeploymentTarget): Promise<Answer> {
  const queues = (await target.queueAdmin.list()).filter((name) => name.endsWith('-dlq'));
  const rows = await Promise.all(
    queues.map(async (dlq) => {
      const counts = await target.queueAdmin.counts(dlq);
      return { queue: dlq.replace(/-dlq$/u, ''), messages: (counts?.waiting ?? 0) + (counts?.inFlight ?? 0) };
    }),
  );
  return {
    data: rows,
    lines: [
      columns(
        ['queue', 'dead letters'],
        rows.map(({ queue, messages }) => [queue, shown(messages)]),
      ),
    ],
  };
}

async function listMessages(target: DeploymentTarget, queue: string): Promise<Answer> {
  const { source, dlq } = await deadLetterQueue(target, queue);
  return withDeadLetters(target, dlq, async (messages) => {
    const rows = messages.map(deadLetter);
    return {
      data: rows,
      lines: [
        columns(
          ['id', 'sent', 'method', 'request', 'sender', 'reason'],
          rows.map((row) => [
            row.id,
            row.sentAt,
            shown(row.method),
            shown(row.requestId),
            shown(row.sender),
            row.reason ?? `delivered too often`,
          ]),
          `no dead letter of ${source}`,
        ),
      ],
    };
  });
}
