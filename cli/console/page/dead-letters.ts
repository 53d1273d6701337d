import type { VNode } from 'preact';
import { html } from 'htm/preact';
import { useEffect, useState } from 'preact/hooks';
import type { DeadLetter, DeadLetterQueue } from './answers.ts';
import { ask, change, messageOf, useLive } from './data.ts';
import { link, shown, shownOf, table } from './parts.ts';

/** Dead-letter queues with how many lie in each. */
export function DeadLetters(): VNode {
  const queues = useLive<DeadLetterQueue[]>('dead-letters');
  return html`<h1>Dead letters</h1>
    ${shownOf(queues, (rows) =>
      table(
        'Dead-letter queues',
        ['queue', 'dead letters'],
        rows.map(({ queue, messages }) => [link(['dead-letters', queue], queue), messages]),
        'no queue',
      ),
    )}`;
}

interface Known {
  readonly letters?: readonly DeadLetter[];
  readonly said?: string;
}

/** The letters of one queue. They are read once and on demand: a letter that is looked at is hidden from others. */
export function DeadLetterPage({ queue, changes }: { readonly queue: string; readonly changes: boolean }): VNode {
  const [known, setKnown] = useState<Known>({});
  const path = `dead-letters/${encodeURIComponent(queue)}`;
  const look = async (said?: string): Promise<void> => {
    try {
      const letters = await ask<DeadLetter[]>(path);
      setKnown(said === undefined ? { letters } : { letters, said });
    } catch (error) {
      setKnown({ said: messageOf(error) });
    }
  };
  const redrive = async (id: string): Promise<void> => {
    try {
      await change(`${path}/redrive`, { ids: [id] });
      await look(`${id} went back to ${queue}`);
    } catch (error) {
      await look(messageOf(error));
    }
  };
  useEffect(() => void look(), [queue]);
  return html`<h1>Dead letters of ${queue}</h1>
    <p role="status">${known.said}</p>
    <p><button type="button" onClick=${() => void look()}>Look again</button></p>
    ${known.letters !== undefined &&
    table(
      `Dead letters of ${queue}`,
      ['id', 'sent', 'method', 'request', 'sender', 'reason', ''],
      known.letters.map((letter) => [
        html`<code>${letter.id}</code>`,
        letter.sentAt,
        shown(letter.method),
        letter.requestId === null ? '–' : html`<code>${letter.requestId}</code>`,
        shown(letter.sender),
        letter.reason ?? 'delivered too often',
        changes &&
          html`<button type="button" aria-label=${`Redrive ${letter.id}`} onClick=${() => void redrive(letter.id)}>
            Redrive
          </button>`,
      ]),
      `no dead letter of ${queue}`,
    )}`;
}
