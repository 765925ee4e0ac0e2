import{c as o,d as i,j as t,G as r,H as a,e as u}from"./graphiql-Bgpvdpop.js";function m(n){return new Worker(""+new URL("json.worker-B3O9ZXir.js",import.meta.url).href,{type:"module",name:n?.name})}function c(n){return new Worker(""+new URL("graphql.worker-DRslRy1w.js",import.meta.url).href,{type:"module",name:n?.name})}function d(n){return new Worker(""+new URL("editor.worker-CdtUXE0K.js",import.meta.url).href,{type:"module",name:n?.name})}globalThis.MonacoEnvironment={getWorker(n,e){switch(console.info("setup-workers/vite",{label:e}),e){case"json":return new m;case"graphql":return new c}return new d}};const l=`# A city as one graph: divisions, their community committees (社区建设工作委员会), members, issues and resources.
#
# Run a query: press the play button and choose it, or put the cursor into it and press Ctrl-Enter.
# Write a query: Ctrl-Space completes. On the left are the documentation, your history and, under the folder,
# an explorer that composes queries out of tick boxes.

# 1. What the city has published, counted at this moment.
query CityFigures {
  division(code: "620100000000") {
    name
    stats {
      communityCount
      committeeCount
      memberCount
      memberCountByCategory {
        category
        count
      }
      socialOrganizationCount
      communitiesWithTenSocialOrganizations
      shareWithTenSocialOrganizations
    }
  }
}

# 2. From a community through its committee to the issues of its members, who took them on, and with what.
query CommunityToResources {
  divisions(filter: { name: { eq: "杨家园社区" } }, first: 1) {
    nodes {
      name
      ancestors {
        name
      }
      committee {
        name
        memberCount
        director {
          name
        }
        members(filter: { submittedIssues: { some: { claims: { count: { gt: 0 } } } } }, first: 5) {
          nodes {
            name
            position
            category
            submittedIssues(filter: { claims: { count: { gt: 0 } } }, first: 3) {
              nodes {
                title
                state
                claims(first: 3) {
                  nodes {
                    promise
                    state
                    claimant {
                      __typename
                      ... on Organization {
                        name
                      }
                      ... on VolunteerTeam {
                        name
                      }
                      ... on Member {
                        name
                      }
                    }
                    resource {
                      name
                      capacityModel
                      quantity
                      unit
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

# 3. How many issues stand where in each district.
query IssuesByDistrictAndState {
  issueAggregate(groupBy: [DISTRICT, STATE]) {
    count
    groups {
      key {
        district {
          name
        }
        state
      }
      count
    }
  }
}

# 4. A page of overdue issues, the longest overdue first. For the next page, add after: "…" with this page's endCursor.
query OverdueIssues {
  issues(
    filter: { isOverdue: { eq: true }, urgency: { neq: COMPLEX } }
    orderBy: [{ field: DUE_AT, direction: ASC }]
    first: 10
  ) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      number
      title
      urgency
      state
      dueAt
      division {
        name
      }
    }
  }
}

# 5. With values from the Variables pane below.
query IssuesOfDistrict($district: String!, $states: [IssueState!]!, $first: Int = 5) {
  division(code: $district) {
    name
    stats {
      openIssueCount
      overdueIssueCount
      closedIssueCount
    }
    issues(filter: { state: { in: $states } }, first: $first) {
      totalCount
      nodes {
        number
        title
        state
        slaStatus
        createdAt
      }
    }
  }
}
`,s=`{
  // A token signs you in: write it after Bearer and uncomment the line.
  // "Authorization": "Bearer …"
}
`,h=`{
  "district": "620102000000",
  "states": ["OPEN_FOR_CLAIM", "IN_PROGRESS"],
  "first": 5
}
`,p=o({url:new URL("graphql",location.href).href,enableIncrementalDelivery:!1});i.createRoot(document.getElementById("ide")).render(t.jsx(r,{fetcher:p,plugins:[a,u()],defaultTabs:[{query:l,variables:h,headers:s}],defaultHeaders:s,defaultEditorToolsVisibility:"headers",shouldPersistHeaders:!1,inputValueDeprecation:!0,schemaDescription:!0,children:t.jsx(r.Logo,{children:"Community committees"})}));
