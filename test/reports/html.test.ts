import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colour, escape, html, trusted } from '../../reports/html.ts';

describe('html', () => {
  it('takes what is put into a template as text', () => {
    expect(html`<p title="${'"><b>'}">${"<i>'&"}</p>`.markup).toBe(
      '<p title="&quot;&gt;&lt;b&gt;">&lt;i&gt;&#39;&amp;</p>',
    );
  });

  it('takes what another template made as markup, and lists one after another', () => {
    const items = ['a', '<b>'].map((item) => html`<i>${item}</i>`);
    expect(html`<b>${items}</b>`.markup).toBe('<b><i>a</i><i>&lt;b&gt;</i></b>');
    expect(html`${trusted('<hr>')}`.markup).toBe('<hr>');
  });

  it('leaves out what is not there, but not zero', () => {
    expect(html`[${null}${undefined}${false}${0}${''}]`.markup).toBe('[0]');
  });

  it('escapes an object that only looks like markup', () => {
    const parsed = JSON.parse('{"value":"<script>"}') as { value: string };
    expect(html`${parsed.value}`.markup).toBe('&lt;script&gt;');
  });

  it('leaves no character that could end an element or an attribute, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        return !/[<>"']|&(?!(amp|lt|gt|quot|#39);)/.test(escape(text));
      }),
    );
  });

  it('shows control characters and changes of direction instead of obeying them', () => {
    expect(escape('a\u0000b\u001b[31mc\u202Ed')).toBe('a\\u0000b\\u001b[31mc\\u202ed');
    expect(escape('tab\tline\n')).toBe('tab\tline\n');
  });
});

describe('colour', () => {
  it('takes colours', () => {
    for (const text of ['#8067c7', 'tomato', 'rgb(1, 2, 3)', 'hsl(20deg 50% 40% / 0.5)']) {
      expect(colour(text, 'grey')).toBe(text);
    }
  });

  it('takes nothing that could fetch something or leave its attribute', () => {
    for (const text of ['url(http://x)', '#fff" onload="x', 'red;background:url(x)', 'var(--x)', '', undefined]) {
      expect(colour(text, 'grey')).toBe('grey');
    }
  });
});
