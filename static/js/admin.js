// Names for the few controls of Django's admin that have none, so that a screen reader can say them.
const name = () => {
  for (const select of document.querySelectorAll('select.admin-autocomplete')) {
    const words = document.querySelector(`label[for="${CSS.escape(select.id)}"]`)?.textContent.replace(/:\s*$/, '').trim()
      ?? select.closest('td')?.className.replace(/^field-/, '').replaceAll('_', ' ')
    const box = select.nextElementSibling?.querySelector('.select2-selection')
    for (const part of [box, box?.querySelector('.select2-selection__rendered')]) {
      if (words && part) part.setAttribute('aria-label', words)
    }
  }
  for (const header of document.querySelectorAll('th:not([role])')) {
    if (!header.textContent.trim()) header.setAttribute('role', 'cell')
  }
}
const search = document.getElementById('searchbar')
search?.setAttribute('aria-label', search.title || 'Search')
name()
new MutationObserver(name).observe(document.body, { childList: true, subtree: true })
