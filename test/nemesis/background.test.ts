import { expect, test } from 'vitest';
import { allDone, background } from '../../nemesis/background.ts';
import { fakeClock } from './fake-clock.ts';

test('stopping wakes every pause at once, and waits for what the work does after it', async () => {
  const clock = fakeClock();
  const woken: boolean[] = [];
  await clock.drive(async () => {
    const work = background(clock, async (pause) => {
      woken.push(await pause(10));
      woken.push(...(await Promise.all([pause(1e6), pause(2e6)])));
      woken.push(await pause(1e6));
      await clock.sleep(5);
    });
    await clock.sleep(100);
    await work.stop();
    expect(clock.now()).toBe(105);
  });
  expect(woken).toEqual([true, false, false, false]);
});

test('the error that ended the work is told once', async () => {
  const clock = fakeClock();
  await clock.drive(async () => {
    const work = background(clock, () => Promise.reject(new Error('slipped')));
    await expect(work.stop()).rejects.toThrow('slipped');
    await work.stop();
  });
});

test('all work is waited for, even when some of it fails', async () => {
  const clock = fakeClock();
  await clock.drive(async () => {
    await expect(allDone([Promise.reject(new Error('slipped')), clock.sleep(50)])).rejects.toThrow('slipped');
    expect(clock.now()).toBe(50);
    expect(await allDone([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
  });
});
