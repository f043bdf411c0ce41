import { describe, expect, it } from 'vitest';
import { plainMarkdown, renderGithub } from '../../reports/github.ts';
import { renderJunit } from '../../reports/junit.ts';
import { renderTerminal } from '../../reports/terminal.ts';
import { hostileRun } from './hostile-run.ts';
import { sampleRun } from './sample-run.ts';

const invalid = sampleRun({ stale: true });
const valid = sampleRun();
const cut = { ...valid, results: null, notes: ['results.json is missing'] };

describe('the terminal', () => {
  it('says verdict, reason, checkers, counts, report and the command, without colour unless asked', () => {
    const text = renderTerminal(invalid, { colour: false, report: 'store/latest/report.html' });
    for (const part of [
      '✗ INVALID',
      invalid.results?.reason ?? '',
      '✓ crashes',
      'store/latest/report.html',
      invalid.test.command,
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/5,\d{3} operations in 60 s: 5,\d{3} ok/);
    expect(text).not.toContain('\u001b');
  });

  it('uses colour when asked, and says the verdict in words as well', () => {
    const text = renderTerminal(valid, { colour: true });
    expect(text).toContain('\u001b[32m');
    expect(text).toContain('VALID');
  });

  it('names the report in the directory of the run unless told otherwise', () => {
    expect(renderTerminal(valid, { colour: false })).toContain(`${valid.directory}/report.html`);
    expect(renderTerminal(valid, { colour: false, report: null })).not.toContain('report.html');
  });

  it('obeys no escape sequence of a run', () => {
    expect(renderTerminal(hostileRun(), { colour: false })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it('says that a run was cut off', () => {
    const text = renderTerminal(cut, { colour: false });
    expect(text).toContain('NO VERDICT');
    expect(text).toContain('results.json is missing');
  });
});

describe('junit.xml', () => {
  it('has a test case for each checker, and a failure for the invalid one', () => {
    const xml = renderJunit(invalid);
    expect(xml).toMatch(/tests="5" failures="1" errors="0"/);
    expect(xml.match(/<testcase /g)).toHaveLength(5);
    expect(xml).toMatch(/name="linearizable" time="0\.212"\s*><failure message="key r3/);
  });

  it('has no failure for a valid run, and an error for one that was cut off', () => {
    expect(renderJunit(valid)).not.toMatch(/<failure|<error/);
    expect(renderJunit(cut)).toMatch(/errors="1"[^]*<error/);
  });

  it('is well-formed whatever a run holds', () => {
    const xml = renderJunit(hostileRun());
    const open: string[] = [];
    for (const [, close, tag = '', self] of xml.matchAll(/<(\/?)([a-z]+)(?:\s+[a-z]+="[^"<]*")*\s*(\/?)>/g)) {
      if (close === '/') expect(open.pop()).toBe(tag);
      else if (self !== '/') open.push(tag);
    }
    expect(open).toEqual([]);
    const left = xml.replace(/^<\?xml[^>]*>/, '').replaceAll(/<\/?[a-z]+(?:\s+[a-z]+="[^"<]*")*\s*\/?>/g, '');
    expect(left).not.toMatch(/[<>]/);
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  });
});

describe('the GitHub summary', () => {
  it('says verdict, reason, checkers, faults and the command', () => {
    const text = renderGithub(invalid);
    expect(text).toMatch(/^## ✗ raft, register, mutant stale-read: invalid$/m);
    expect(text).toMatch(/^\| linearizable \| ✗ invalid \| key r3/m);
    expect(text.match(/\| yes \|$/gm)).toHaveLength(11);
    expect(text).toContain('--seed 4102938');
  });

  it('takes text as text: no markup, no link, no new line, no other cell', () => {
    const text = plainMarkdown('a|b\n# c <b>d</b> [e](http://f) **g** `h` www.i.j @k');
    expect(text).not.toMatch(/[|\n<>[\]*`@]|# c|http:\/\/|www\./);
    expect(renderGithub(hostileRun())).not.toMatch(/<(?!\/?(details|summary|pre)>)/);
  });
});
