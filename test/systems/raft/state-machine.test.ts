import { describe, expect, it } from 'vitest';
import type { Json } from '../../../systems/protocol.ts';
import { StateMachine } from '../../../systems/raft/state-machine.ts';
import { frozen } from './freeze.ts';

const machine = (sessionsMax = 10) => new StateMachine(sessionsMax, () => undefined);
const ok = { type: 'ok' };
const command = (f: string, key: string, value: Json, session?: number, sequence?: number) =>
  frozen({
    f,
    key,
    value,
    ...(session === undefined ? {} : { session }),
    ...(sequence === undefined ? {} : { sequence }),
  });

describe('the state machine', () => {
  it('reads null from a key that was never written', () => {
    expect(machine().read('x')).toBeNull();
  });

  it('compares and sets by value', () => {
    const state = machine();
    state.apply(1, command('write', 'x', { a: [1, 2] }));
    expect(state.apply(2, command('cas', 'x', [{ a: [1, 3] }, 5]))).toEqual({ type: 'fail', error: 'mismatch' });
    expect(state.read('x')).toEqual({ a: [1, 2] });
    expect(state.apply(3, command('cas', 'x', [{ a: [1, 2] }, 5]))).toEqual(ok);
    expect(state.read('x')).toBe(5);
    expect(state.apply(4, command('cas', 'y', [null, 1]))).toEqual(ok);
  });

  it('appends in order, and only to lists', () => {
    const state = machine();
    for (const value of [1, 2, 3]) expect(state.apply(value, command('append', 'x', value))).toEqual(ok);
    expect(state.read('x')).toEqual([1, 2, 3]);
    state.apply(4, command('write', 'x', 7));
    expect(state.apply(5, command('append', 'x', 8))).toEqual({ type: 'fail', error: 'not a list' });
    state.apply(6, command('write', 'x', [7]));
    state.apply(7, command('append', 'x', 8));
    expect(state.read('x')).toEqual([7, 8]);
  });

  it('gives out and takes in copies: what was read does not change later', () => {
    const state = machine();
    state.apply(1, command('append', 'x', 1));
    const before = frozen(state.read('x'));
    state.apply(2, command('append', 'x', 2));
    expect(before).toEqual([1]);
  });

  it('comes back from a snapshot as it was, sessions included, in ASCII', () => {
    const state = machine(2);
    state.apply(1, command('write', 'ключ', 'значение 𝄞'));
    state.apply(2, { f: 'open-session' });
    state.apply(3, command('append', 'x', 1, 2, 0));
    const saved = state.save();
    expect(saved).toMatch(/^[ -~]+$/);
    const restored = machine(2);
    restored.restore(saved);
    expect(restored.read('ключ')).toBe('значение 𝄞');
    expect(restored.apply(4, command('append', 'x', 1, 2, 0))).toEqual(ok);
    expect(restored.apply(5, command('append', 'x', 2, 2, 1))).toEqual(ok);
    expect(restored.read('x')).toEqual([1, 2]);
  });
});

describe('a session', () => {
  it('has the index of the command that opened it for a name', () => {
    expect(machine().apply(17, { f: 'open-session' })).toEqual({ type: 'ok', value: 17 });
  });

  it('applies a command once however often it comes, and answers as it did the first time', () => {
    const state = machine();
    state.apply(1, { f: 'open-session' });
    state.apply(2, command('write', 'x', 1));
    expect(state.apply(3, command('cas', 'x', [1, 2], 1, 0))).toEqual(ok);
    expect(state.apply(4, command('cas', 'x', [1, 2], 1, 0))).toEqual(ok);
    state.apply(5, command('append', 'y', 'a', 1, 1));
    state.apply(6, command('append', 'y', 'a', 1, 1));
    expect(state.read('y')).toEqual(['a']);
  });

  it('does not apply what comes after a later command of the same client', () => {
    const state = machine();
    state.apply(1, { f: 'open-session' });
    state.apply(2, command('append', 'x', 'a', 1, 5));
    expect(state.apply(3, command('append', 'x', 'b', 1, 4))).toMatchObject({ type: 'info' });
    expect(state.read('x')).toEqual(['a']);
  });

  it('that is unknown makes a command fail without effect', () => {
    const state = machine();
    expect(state.apply(1, command('write', 'x', 1, 99, 0))).toEqual({ type: 'fail', error: 'session-expired' });
    expect(state.read('x')).toBeNull();
  });

  it('expires when there are too many, the least recently used first', () => {
    const state = machine(2);
    state.apply(1, { f: 'open-session' });
    state.apply(2, { f: 'open-session' });
    state.apply(3, command('write', 'x', 1, 1, 0));
    state.apply(4, { f: 'open-session' });
    expect(state.apply(5, command('write', 'x', 2, 2, 0))).toEqual({ type: 'fail', error: 'session-expired' });
    expect(state.apply(6, command('write', 'x', 3, 1, 1))).toEqual(ok);
    expect(state.apply(7, command('write', 'x', 4, 4, 0))).toEqual(ok);
  });

  it('expires in the same order on a server that came back from a snapshot', () => {
    const state = machine(2);
    state.apply(1, { f: 'open-session' });
    state.apply(2, { f: 'open-session' });
    state.apply(3, command('write', 'x', 1, 1, 0));
    const restored = machine(2);
    restored.restore(state.save());
    restored.apply(4, { f: 'open-session' });
    expect(restored.apply(5, command('write', 'x', 2, 2, 0))).toMatchObject({ error: 'session-expired' });
  });
});
