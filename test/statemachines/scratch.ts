import { CallFailure, FailurePlan, MODES } from '../fixtures/failures.ts';
import { play, playCall } from './play.ts';
import { REBUILD_STORIES, UNSHELVE_STORIES } from './recovery-stories.ts';
const which = process.argv[2];
const seen = new Set<string>();
let plays = 0;
for (const [w, stories] of [
  ['unshelve', UNSHELVE_STORIES],
  ['rebuild', REBUILD_STORIES],
] as const) {
  if (which && which !== w) continue;
  for (const story of stories) {
    const plan = new FailurePlan();
    await play(story, plan);
    const own = [...new Map(plan.visited.filter((v) => v.workflow === w).map((v) => [v.state, v])).values()].filter(
      (v) => !seen.has(w + v.state),
    );
    for (const task of own) {
      seen.add(w + task.state);
      for (const mode of MODES) {
        const p = new FailurePlan(task, mode);
        plays += 1;
        try {
          const { leftOver } = await play(story, p);
          if (!p.struck || leftOver.length)
            console.log(
              'MODE',
              w,
              '|',
              story.name,
              '|',
              task.state,
              '|',
              mode,
              '|',
              p.struck ? '' : 'NOT STRUCK',
              leftOver,
            );
        } catch (e) {
          console.log('MODE THREW', story.name, task.state, mode, String(e));
        }
      }
      for (const after of [false, true])
        for (let at = 1; ; at += 1) {
          const failure = new CallFailure(task, at, after);
          plays += 1;
          try {
            const { leftOver } = await playCall(story, failure);
            if (failure.failed === undefined) break;
            if (leftOver.length)
              console.log(
                'CALL',
                w,
                '|',
                story.name,
                '|',
                task.state,
                '|',
                after ? 'after' : 'before',
                at,
                failure.failed,
                leftOver,
              );
          } catch (e) {
            console.log('CALL THREW', story.name, task.state, at, String(e));
            if (failure.failed === undefined) break;
          }
        }
    }
  }
  console.log('done', w, plays);
}
