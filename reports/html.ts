/**
 * HTML and SVG from template literals. Whatever is put into a template is text and comes out escaped; only what another
 * template made goes in as markup. What a history or a log holds can therefore never become an element, an attribute or
 * a script.
 */

/** Markup that is safe to put into a page. Made by `html` and `trusted` only. */
export interface Html {
  readonly markup: string;
}

export type Part = Html | string | number | null | undefined | false | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Control characters, and those that turn the direction of text around them: neither belongs on a page (nor, most of
 * them, in XML), and both can make a value look like another.
 */
const invisible =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/g;

const codePoint = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text for an element or a quoted attribute, in HTML, SVG or XML. Invisible characters come out as `\u202e`. */
export function escape(text: string): string {
  return text.replace(invisible, codePoint).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Takes `markup` as it is. For what this project itself or its chart library has made, never for a run's data. */
export function trusted(markup: string): Html {
  return { markup };
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string') return escape(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(render).join('');
}

/** Markup from a template. Lists are put one after another; `null`, `undefined` and `false` are nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: strings.reduce((whole, text, i) => whole + render(parts[i - 1]) + text) };
}

/** A colour of a run's data for an attribute, or the given one where it is not plainly a CSS colour. */
export function colour(text: string | undefined, otherwise: string): string {
  const plain = /^(#[0-9a-f]{3,8}|[a-z]{3,30}|(rgb|hsl|oklch|lab)a?\([\d\s.,%/a-z]{1,60}\))$/i;
  return text !== undefined && plain.test(text) ? text : otherwise;
}
