import { expect, it } from 'vitest';
import { spaceWatch } from '#local/data-folder';

it('says once that there is no room under a folder, and once that there is room again', () => {
  const said: string[] = [];
  const left = [5e9, 4096, 0, 1000, 3e6, 3e6];
  const look = spaceWatch(
    'data',
    (line) => said.push(line),
    () => left.shift() ?? 0,
  );

  for (let looks = 0; looks < 6; looks += 1) look();

  expect(said).toEqual([
    expect.stringMatching(/^error there is no room under data: .*Make room/u),
    'info  there is room under data again',
  ]);
});

it('asks the file system how much room there is, and finds none under a folder that is gone', () => {
  const said: string[] = [];
  const say = (line: string) => said.push(line);

  for (const folder of ['.', '/nowhere']) spaceWatch(folder, say)();

  expect(said).toEqual([expect.stringContaining('no room under /nowhere')]);
});
