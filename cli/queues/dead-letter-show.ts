import type { Command } from 'commander';
import { answering, type Cli } from '#cli/output/answering';
import { shown } from '#cli/output/columns';
import { deadLetter, deadLetterQueue, withDeadLetters, withoutSecrets } from '#cli/inventory/dead-letters';
import { CommandFailure } from '#cli/deployment/failure';

/** `dead-letter show QUEUE ID`: what it was and why it lies there, secrets covered. */
export function addDeadLetterShow(parent: Command, cli: Cli): void {
  const command = parent
    .command('show')
    .description('Show a dead letter; passwords, files and tokens are covered')
    .argument('<queue>', 'queue that it was sent to')
    .argument('<id>', 'as dead-letter list shows it');
  answering(command, cli, async ({ target, args: [queue = '', id = ''] }) => {
    const { source, dlq } = await deadLetterQueue(target, queue);
    return withDeadLetters(target, dlq, async (messages) => {
      const message = messages.find((each) => each.id === id);
      if (message === undefined)
        throw new CommandFailure(`${source} has no dead letter ${id}: conductor dead-letter list ${source}`);
      const row = deadLetter(message);
      const body = withoutSecrets(message.body);
      return {
        data: { ...row, message: body ?? null },
        lines: [
          `id         ${row.id}`,
          `sent       ${row.sentAt}`,
          `sender     ${shown(row.sender)}`,
          `received   ${row.receives} times`,
          `reason     ${row.reason ?? 'delivered too often'}`,
          `method     ${shown(row.method)}`,
          `request    ${shown(row.requestId)}`,
          '',
          ...(body === undefined ? [`no JSON, ${row.bytes} bytes`] : JSON.stringify(body, undefined, 2).split('\n')),
        ],
      };
    });
  });
}
