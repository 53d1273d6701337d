import { describe, expect, test } from 'vitest';
import { helpText, readAsked } from '#local/demo/asked';
import { novaCompute } from '#local/demo/nova-compute-story';
import { STORIES } from '#local/demo/stories';

const names = STORIES.map(({ name }) => name);

/** Names of the stories that would be played. */
function played(...args: string[]): string[] {
  const asked = readAsked(args, STORIES);
  return asked.kind === 'play' ? asked.stories.map(({ name }) => name) : [asked.kind];
}

describe('the arguments of the demo', () => {
  test('without any, builds are played', () => {
    expect(played()).toEqual(['build']);
  });

  test('a scenario is played by its name, all of them by all, each once', () => {
    expect(played('--scenario', 'resize')).toEqual(['resize']);
    expect(played('--scenario=evacuate', '--scenario', 'build')).toEqual(['build', 'evacuate']);
    expect(played('--scenario', 'all', '--scenario', 'build')).toEqual(names);
    expect(names).toEqual(['build', 'live-migrate', 'resize', 'cross-cell-resize', 'evacuate', 'unshelve']);
  });

  test('the story of stock computes is played by its name alone, and listed', () => {
    const [one, all] = [
      ['--scenario', 'nova-compute'],
      ['--scenario', 'all'],
    ];

    const asked = [one, all].map((args) => readAsked(args ?? [], STORIES, [novaCompute]));

    expect(asked).toEqual([
      { kind: 'play', stories: [novaCompute] },
      { kind: 'play', stories: STORIES },
    ]);
    expect(helpText(STORIES, [novaCompute])).toContain(`nova-compute      ${novaCompute.title}`);
  });

  test('no line of the help is wider than a terminal that nobody has widened', () => {
    const wide = helpText(STORIES, [novaCompute])
      .split('\n')
      .filter((line) => line.length > 80);

    expect(wide).toEqual([]);
  });

  test.each([
    [
      ['--scenario', 'rsize'],
      '"rsize"',
      'there are: build, live-migrate, resize, cross-cell-resize, evacuate, unshelve, all.',
    ],
    [['--scenario'], 'scenario ""', 'there are: build'],
    [['--scenarios', 'resize'], '"--scenarios"', 'there are --scenario NAME and --help'],
    [['resize'], '"resize"', 'there are --scenario NAME and --help'],
  ])('%j is refused by one line that names it and what there is', (args, wrong, remedy) => {
    const asked = readAsked(args, STORIES);

    const message = asked.kind === 'wrong' ? asked.message : asked.kind;
    expect(message).toContain(wrong);
    expect(message).toContain(remedy);
    expect(message).not.toContain('\n');
  });

  test('help lists every scenario', () => {
    expect(played('--help')).toEqual(['help']);
    for (const { name, title } of STORIES) expect(helpText(STORIES)).toContain(`${name.padEnd(17)} ${title}`);
  });
});
