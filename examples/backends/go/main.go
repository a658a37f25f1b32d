// A Go backend that knows who is asking. Run it: go run main.go
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
	"strings"
	"time"
)

var gatehouse = strings.TrimRight(env("GATEHOUSE_URL", "http://localhost:3000"), "/")
var ourPages = map[string]bool{"http://localhost:8080": true} // the origins that may write
var client = http.Client{
	Timeout:   800 * time.Millisecond,
	Transport: &http.Transport{MaxIdleConnsPerHost: 64}, // and no proxy of the environment
	CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a redirect is no answer
	},
}

type user struct{ ID, Name, Email string }

// ask gives the user whose cookie it is and 200, or 401 for nobody, or 503 when that cannot be known.
func ask(cookie string) (nobody user, status int) {
	request, err := http.NewRequest("GET", gatehouse+"/api/session", nil)
	if err != nil {
		return nobody, 503
	}
	request.Header.Set("Cookie", cookie)
	answer, err := client.Do(request)
	if err != nil {
		return nobody, 503
	}
	defer answer.Body.Close()
	var body struct {
		User  user
		Error struct{ Code string }
	}
	err = json.NewDecoder(answer.Body).Decode(&body)
	if err == nil && answer.StatusCode == 200 && body.User.ID != "" {
		return body.User, 200
	}
	if err == nil && answer.StatusCode == 401 && body.Error.Code == "no_session" {
		return nobody, 401
	}
	return nobody, 503
}

// signedIn hands the user on; else it answers 401 for nobody, 403 for another site, 503 for cannot know.
func signedIn(next func(http.ResponseWriter, user)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, status := user{}, 401
		isWrite := r.Method != "GET" && r.Method != "HEAD" && r.Method != "OPTIONS"
		cookie := strings.Join(r.Header["Cookie"], "; ")
		if isWrite && !ourPages[r.Header.Get("Origin")] {
			status = 403
		} else if strings.Contains(cookie, "better-auth.session_token") {
			who, status = ask(cookie)
		}
		if status != 200 {
			http.Error(w, http.StatusText(status), status)
			return
		}
		next(w, who)
	}
}

func env(name, otherwise string) string {
	if value, isThere := os.LookupEnv(name); isThere {
		return value
	}
	return otherwise
}

func main() {
	http.HandleFunc("/me", signedIn(func(w http.ResponseWriter, who user) {
		json.NewEncoder(w).Encode(map[string]string{"name": who.Name})
	}))
	http.HandleFunc("/notes", signedIn(func(w http.ResponseWriter, who user) {
		w.WriteHeader(http.StatusCreated)
		json.NewEncoder(w).Encode(map[string]string{"author": who.Name})
	}))
	log.Fatal(http.ListenAndServe("localhost:"+env("PORT", "8000"), nil))
}
