import type { VNode } from 'preact';
import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { Finding } from './answers.ts';
import { ask, change, messageOf } from './data.ts';
import { table } from './parts.ts';

interface Known {
  readonly findings?: readonly Finding[];
  /** What was last done: an audit, a dry run or a heal. */
  readonly after?: 'audit' | 'dry run' | 'heal';
  readonly said: string;
}

/** What does not fit together, on demand: an audit reads all tables. Nothing is healed before a dry run was seen. */
export function Findings({ changes }: { readonly changes: boolean }): VNode {
  const [known, setKnown] = useState<Known>({ said: 'An audit reads every table of the deployment.' });
  const work = (after: NonNullable<Known['after']>, asked: () => Promise<readonly Finding[]>) => async () => {
    setKnown({ said: `${after} …` });
    try {
      const findings = await asked();
      setKnown({
        findings,
        after,
        said: `${after}: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`,
      });
    } catch (error) {
      setKnown({ said: messageOf(error) });
    }
  };
  const audit = work('audit', () => ask('findings'));
  const dryRun = work('dry run', () => ask('findings/outcomes'));
  const heal = work('heal', () => change('findings/heal', {}));
  const canHeal = known.after === 'dry run' && known.findings?.length !== 0;
  return html`<h1>Audit</h1>
    <p class="buttons">
      <button type="button" onClick=${() => void audit()}>Audit</button>
      <button type="button" onClick=${() => void dryRun()}>Heal: dry run</button>
      ${changes && html`<button type="button" disabled=${!canHeal} onClick=${() => void heal()}>Heal</button>`}
    </p>
    <p role="status">${known.said}</p>
    ${known.findings !== undefined &&
    table(
      'What does not fit together',
      ['rule', 'what', known.after === 'audit' ? 'what to do' : 'outcome'],
      known.findings.map(({ rule, text, advice, outcome }) => [rule, text, outcome ?? advice]),
      'everything fits together',
    )}`;
}
