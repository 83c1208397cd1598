// Draws the API's description; "Try it out" acts as the person who is signed in.
const place = document.getElementById("api");
const reading = new Set(["GET", "HEAD", "OPTIONS"]);

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.description,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  requestInterceptor(request) {
    const here = new URL(request.url, location.href).origin === location.origin;
    if (here && !reading.has((request.method || "GET").toUpperCase())) {
      request.headers["X-CSRFToken"] = place.dataset.csrfToken;
    }
    return request;
  },
});
