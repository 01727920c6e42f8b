# `make run` and `make test` are all a newcomer needs. Each makes .venv when it is missing
# and installs the pinned packages when their list has changed.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=
WORKERS ?= auto

# A stamp is named after the content of its list, so a warm start compares nothing else.
stamp = $(VENV)/.$(1)-$(shell cat requirements/base.txt requirements/$(1).txt | cksum | cut -d' ' -f1)
BASE := $(call stamp,base)
DEV := $(call stamp,dev)
BROWSER := $(call stamp,browser)

CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
MARKS := not torture$(if $(CHROMIUM),, and not browser)

.PHONY: run test check bench torture lock format messages install tools

run: $(BASE)
	@exec $(BIN)/python manage.py run --parent $$PPID

test: $(DEV) $(if $(CHROMIUM),$(BROWSER))
	$(if $(CHROMIUM),,@echo "Chromium is not installed: the browser tests are left out.")
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "$(MARKS)" $(ARGS)

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/pytest -q -p no:cacheprovider tests/architecture/test_templates.py tests/architecture/test_repository.py

torture: $(DEV)
	$(BIN)/pytest -m torture $(ARGS)

bench: $(DEV)
	$(BIN)/python -m bench $(ARGS)

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Nobody reads these on a page. Files without line numbers: else every edit moves them all.
UNSPOKEN = $(foreach place,$(VENV) var tests bench,--ignore "$(place)/*")

messages: $(DEV)
	@command -v msgfmt >/dev/null || { echo "Translations need gettext (msgfmt)."; exit 1; }
	$(BIN)/python manage.py makemessages --all --no-obsolete --no-wrap --add-location file $(UNSPOKEN)
	$(BIN)/python manage.py compilemessages $(UNSPOKEN)

lock:
	@command -v uv >/dev/null || { echo "Locking needs uv on the PATH."; exit 1; }
	cd requirements && for list in base dev browser; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-strip-extras $(ARGS) $$list.in -o $$list.txt || exit 1; \
	done

install: $(BASE)

tools: $(DEV) $(if $(CHROMIUM),$(BROWSER))

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Coalition needs Python 3.11 or newer; name one with make PYTHON=…"; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.%: | $(BIN)/python
	@list=$(firstword $(subst -, ,$*)); echo "Installing requirements/$$list.txt …"; \
	if command -v uv >/dev/null; \
	then uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/$$list.txt; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/$$list.txt; \
	fi
	@touch $@
