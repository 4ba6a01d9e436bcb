/** Sorting and filtering of the tables, copy buttons, unfolding; it never creates HTML. */
export const script = `
'use strict';
for (const form of document.querySelectorAll('form.controls')) {
  const table = document.getElementById(form.dataset.for);
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const search = form.querySelector('input[type=search]');
  const type = form.querySelector('select.type');
  const sortBy = form.querySelector('select.sort');
  const status = form.querySelector('[role=status]');
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

  const say = (sorted) => {
    const shown = rows.filter((row) => !row.hidden).length;
    const count = shown === rows.length ? shown + ' shown' : shown + ' of ' + rows.length + ' shown';
    status.textContent = sorted ? count + ', sorted by ' + sorted : count;
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    for (const row of rows) {
      const text = texts.get(row);
      row.hidden = (type.value !== '' && row.dataset.type !== type.value)
        || !words.every((word) => text.includes(word));
    }
    say();
  };

  const sort = (column, direction) => {
    const isNumber = heads[column].classList.contains('number');
    const value = (row) => row.cells[column].dataset.by;
    const order = isNumber
      ? (a, b) => Number(value(a)) - Number(value(b))
      : (a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0);
    const sign = direction === 'descending' ? -1 : 1;
    rows.sort((a, b) => sign * order(a, b));
    body.append(...rows);
    heads.forEach((head, i) => head.setAttribute('aria-sort', i === column ? direction : 'none'));
    sortBy.value = String(column);
    say(heads[column].textContent + ', ' + direction);
  };

  heads.forEach((head, column) => {
    head.querySelector('button').addEventListener('click', () => {
      const first = head.classList.contains('number') ? 'descending' : 'ascending';
      const other = first === 'ascending' ? 'descending' : 'ascending';
      sort(column, head.getAttribute('aria-sort') === first ? other : first);
    });
  });
  sortBy.addEventListener('change', () => {
    const column = Number(sortBy.value);
    sort(column, heads[column].classList.contains('number') ? 'descending' : 'ascending');
  });
  search.addEventListener('input', filter);
  type.addEventListener('change', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.hidden = false;
}

for (const button of document.querySelectorAll('button.copy')) {
  const code = button.parentElement.querySelector('code');
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      // a page without permission for the clipboard
      getSelection().selectAllChildren(code);
      document.execCommand('copy');
    }
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
  button.hidden = false;
}

for (const link of document.querySelectorAll('a[href^="#"]')) {
  link.addEventListener('click', () => {
    const target = document.getElementById(link.getAttribute('href').slice(1));
    target?.closest('details')?.setAttribute('open', '');
  });
}
`;
