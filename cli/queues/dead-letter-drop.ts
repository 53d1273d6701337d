import type { Command } from 'commander';
import { answering, type Cli } from '#cli/output/answering';
import { deadLetter, deadLetterQueue, lettersOf, withDeadLetters } from '#cli/inventory/dead-letters';
import { CommandFailure, EXIT } from '#cli/deployment/failure';

/** `dead-letter drop QUEUE ID --reason TEXT`: gone for good; the answer keeps what it was, for the ticket. */
export function addDeadLetterDrop(parent: Command, cli: Cli): void {
  const command = parent
    .command('drop')
    .description('Delete dead letters for good')
    .argument('<queue>', 'queue that they were sent to')
    .argument('<ids...>', 'as dead-letter list shows them')
    .requiredOption('--reason <text>', 'why they are not needed any more; repeated in the answer, for the ticket');
  answering(command, cli, async ({ target, args: [queue = '', ...ids], option }) => {
    const reason = (option('reason') ?? '').trim();
    if (reason === '') throw new CommandFailure('--reason is empty: say why they are dropped', EXIT.usage);
    const { source, dlq } = await deadLetterQueue(target, queue);
    return withDeadLetters(target, dlq, async (messages, keep) => {
      const chosen = lettersOf(messages, ids, { source, done: 'dropped' });
      for (const message of chosen) {
        await target.queueAdmin.remove(dlq, message);
        keep.delete(message);
      }
      const dropped = chosen.map(deadLetter);
      return {
        data: { queue: source, reason, dropped },
        lines: dropped.map(
          ({ id, method, requestId }) =>
            `dropped ${id} (${method ?? 'no envelope'}, ${requestId ?? 'no request'}): ${reason}`,
        ),
      };
    });
  });
}
